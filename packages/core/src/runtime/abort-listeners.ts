/** What is to be told of the end of a signal; one listener of the signal for all of it. */
export interface AbortListeners {
  add(signal: AbortSignal, tell: () => void): void;
  remove(signal: AbortSignal, tell: () => void): void;
}

/**
 * Platforms look through all listeners of a signal for each that is added, and warn of more than ten; a signal may be shared by a hundred
 * thousand waits (faults M6).
 */
export function createAbortListeners(): AbortListeners {
  const known = new WeakMap<AbortSignal, { readonly waiting: Set<() => void>; readonly listener: () => void }>();
  return {
    add(signal, tell) {
      const entry = known.get(signal);
      if (entry !== undefined) {
        entry.waiting.add(tell);
        return;
      }
      const waiting = new Set([tell]);
      const listener = (): void => {
        known.delete(signal);
        for (const one of waiting) one();
      };
      known.set(signal, { waiting, listener });
      signal.addEventListener('abort', listener, { once: true });
    },
    remove(signal, tell) {
      const entry = known.get(signal);
      if (entry === undefined) return;
      entry.waiting.delete(tell);
      if (entry.waiting.size > 0) return;
      known.delete(signal);
      signal.removeEventListener('abort', entry.listener);
    },
  };
}
