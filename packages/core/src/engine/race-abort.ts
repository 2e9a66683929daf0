/** For ending a wait that nobody needs any more. Made once: an abort without a reason makes an exception with a stack. */
export const OVER = new Error('it is over');

/** Resolves with `onAbort` when the signal aborts before the promise settles. Leaves no listener behind. */
export async function raceAbort<T, U>(promise: Promise<T>, signal: AbortSignal, onAbort: U): Promise<T | U> {
  if (signal.aborted) return onAbort;
  let abort: () => void = () => undefined;
  const aborted = new Promise<U>((resolve) => {
    abort = () => resolve(onAbort);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
