import type { Clock } from '@kopfts/core';
import type { Life } from './life.js';
import type { Scheduler } from './scheduler.js';

/** The clock of one operator: the world's time, until its life ends. Sleeps of the dead never end and cost nothing. */
export function createInstanceClock(scheduler: Scheduler, life: Life): Clock {
  const schedule = (ms: number, fire: () => void): (() => void) => {
    if (life.isOver) return () => undefined;
    const cancel = scheduler.setTimer(ms, () =>
      life.let(() => {
        forget();
        fire();
      }),
    );
    const forget = life.onEnd(cancel);
    return () => {
      forget();
      cancel();
    };
  };
  return {
    now: () => scheduler.clock.now(),
    monotonicMs: () => scheduler.clock.monotonicMs(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        if (life.isOver) return;
        const leave = () => {
          signal.removeEventListener('abort', onAbort);
          forget();
        };
        const onAbort = () => {
          forget();
          cancel();
          reject(signal.reason as Error);
        };
        const cancel = schedule(ms, () => {
          leave();
          resolve();
        });
        // Nobody aborts the signals of the dead, and one that is combined of others stays in memory as long as somebody listens.
        const forget = life.onEnd(leave);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    yield: () =>
      new Promise((resolve) => {
        scheduler.enqueue({}, () => life.let(resolve));
      }),
  };
}
