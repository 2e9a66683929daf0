/** For ending a wait that nobody needs any more. Made once: an abort without a reason makes an exception with a stack. */
export const OVER = new Error('it is over');

/** Resolves with `onAbort` when the signal aborts before the promise settles. Leaves no listener behind. */
export function raceAbort<T, U>(promise: Promise<T>, signal: AbortSignal, onAbort: U): Promise<T | U> {
  if (signal.aborted) return Promise.resolve(onAbort);
  return new Promise((resolve) => {
    const abort = (): void => resolve(onAbort);
    const settle = (): void => {
      signal.removeEventListener('abort', abort);
      resolve(promise);
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(settle, settle);
  });
}
