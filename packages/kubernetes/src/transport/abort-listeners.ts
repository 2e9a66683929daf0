import { setMaxListeners } from 'node:events';

/** Who wants to hear of the abort of a signal. The signal gets one listener, however many there are: it searches its list at each addition. */
export interface AbortListeners {
  /** Calls `aborted` when the signal aborts, unless the returned function is called before. */
  listen(signal: AbortSignal, aborted: () => void): () => void;
}

/** A signal is forgotten with its last listener. */
export function createAbortListeners(): AbortListeners {
  const bySignal = new Map<AbortSignal, { readonly callbacks: Set<() => void>; readonly tell: () => void }>();

  const attach = (signal: AbortSignal) => {
    const callbacks = new Set<() => void>();
    const tell = (): void => {
      bySignal.delete(signal);
      for (const callback of [...callbacks]) callback();
    };
    // Others listen to the same signal, once per object: no leak, so no warning.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', tell, { once: true });
    const entry = { callbacks, tell };
    bySignal.set(signal, entry);
    return entry;
  };

  return {
    listen(signal, aborted) {
      const { callbacks, tell } = bySignal.get(signal) ?? attach(signal);
      callbacks.add(aborted);
      return () => {
        if (!callbacks.delete(aborted) || callbacks.size > 0 || signal.aborted) return;
        bySignal.delete(signal);
        signal.removeEventListener('abort', tell);
      };
    },
  };
}
