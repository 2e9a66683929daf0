/** An abort of its own that comes with the other one's, too. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Hears the other one no more. */
  release(): void;
}

/**
 * For waits on a signal that outlives them by far. `AbortSignal.any` would do, but what it makes is remembered at the other signal, on Node 20 for
 * ever: each of a hundred thousand waits on the signal of a watch would leave something behind.
 */
export function linkedAbort(other: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const follow = (): void => controller.abort(other.reason);
  if (other.aborted) follow();
  else other.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => other.removeEventListener('abort', follow),
  };
}
