/** At most `limit` holders at a time; the others wait in the order of arrival. */
export interface Semaphore {
  /** Resolves when it is one's turn, with what gives the place back; giving it back twice does no harm. */
  acquire(signal: AbortSignal): Promise<() => void>;
}

export function createSemaphore(limit: number): Semaphore {
  let free = limit;
  const waiting: (() => void)[] = [];
  const enter = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        waiting.splice(waiting.indexOf(grant), 1);
        reject(signal.reason as Error);
      };
      const grant = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      waiting.push(grant);
      signal.addEventListener('abort', abort, { once: true });
    });
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    async acquire(signal) {
      await enter(signal);
      let held = true;
      return () => {
        if (held) release();
        held = false;
      };
    },
  };
}
