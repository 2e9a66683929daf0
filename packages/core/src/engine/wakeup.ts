import type { Clock } from '../ports/clock.js';
import { OVER } from './race-abort.js';

/** A bell for one waiting task: rung before anyone waits, it is remembered. */
export interface Wakeup {
  ring(): void;
  /** Forgets a ring that nobody needs any more. */
  reset(): void;
  /** Resolves when rung, or after that long; rejects when the signal aborts. `undefined`: no limit. */
  wait(ms: number | undefined, signal: AbortSignal): Promise<'rung' | 'elapsed'>;
}

export function createWakeup(clock: Clock): Wakeup {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    reset() {
      rung = false;
    },
    async wait(ms, signal) {
      signal.throwIfAborted();
      const sleeper = new AbortController();
      const stop = (): void => sleeper.abort(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      try {
        if (!rung) {
          const bell = new Promise<void>((resolve) => (wake = resolve));
          const aborted = new Promise<void>((resolve) => sleeper.signal.addEventListener('abort', () => resolve(), { once: true }));
          const slept = ms === undefined ? aborted : clock.sleep(ms, sleeper.signal).catch(() => undefined);
          await Promise.race([bell, slept, aborted]);
        }
        signal.throwIfAborted();
        const result = rung ? 'rung' : 'elapsed';
        rung = false;
        return result;
      } finally {
        wake = undefined;
        signal.removeEventListener('abort', stop);
        sleeper.abort(OVER);
      }
    },
  };
}
