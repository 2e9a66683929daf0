/** At most `limit` holders at a time; the others wait in the order of arrival. */
export interface Semaphore {
  /** Runs `task` when it is its turn. */
  run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T>;
  /** Resolves when it is one's turn, with what gives the place back; giving it back twice does no harm. */
  acquire(signal: AbortSignal): Promise<() => void>;
}

export function createSemaphore(limit: number): Semaphore {
  let free = limit;
  const waiting: (() => void)[] = [];
  const acquire = (signal: AbortSignal): Promise<void> => {
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
  const enter = async (signal: AbortSignal): Promise<() => void> => {
    await acquire(signal);
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };
  return {
    acquire: enter,
    async run(signal, task) {
      const leave = await enter(signal);
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
