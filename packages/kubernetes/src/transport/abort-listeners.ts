import { setMaxListeners } from 'node:events';

/**
 * Who wants to hear of the abort of a signal. The signal gets one listener, however many there are and however often they come and go: it
 * searches its list at each addition.
 */
export interface AbortListeners {
  /** Calls `aborted` when the signal aborts, unless the returned function is called before. */
  listen(signal: AbortSignal, aborted: () => void): () => void;
}

/** A signal is forgotten when it aborts, or when nobody has it any more. */
export function createAbortListeners(): AbortListeners {
  const bySignal = new WeakMap<AbortSignal, Set<() => void>>();

  const attach = (signal: AbortSignal): Set<() => void> => {
    const callbacks = new Set<() => void>();
    const tell = (): void => {
      bySignal.delete(signal);
      for (const callback of [...callbacks]) callback();
    };
    // Others listen to the same signal, once per object: no leak, so no warning.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', tell, { once: true });
    bySignal.set(signal, callbacks);
    return callbacks;
  };

  return {
    listen(signal, aborted) {
      const callbacks = bySignal.get(signal) ?? attach(signal);
      callbacks.add(aborted);
      return () => callbacks.delete(aborted);
    },
  };
}
