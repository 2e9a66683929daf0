/** An abort of its own that comes with those of others, too. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  /** Hears the others no more. */
  release(): void;
}

/**
 * For waits on signals that outlive them by far. `AbortSignal.any` would do, but what it makes is remembered at the other signals, on Node 20 for
 * ever: each of a hundred thousand waits on the signal of a watch, or of a daemon, would leave something behind.
 */
export function linkedAbort(...others: readonly AbortSignal[]): LinkedAbort {
  const controller = new AbortController();
  const follow = (event: Event): void => controller.abort((event.target as AbortSignal).reason);
  const aborted = others.find((other) => other.aborted);
  if (aborted) controller.abort(aborted.reason);
  else for (const other of others) other.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => {
      for (const other of others) other.removeEventListener('abort', follow);
    },
  };
}
