import type { Clock } from '../ports/clock.js';
import { createAbortListeners } from './abort-listeners.js';
import { untilSharedMoment } from './shared-moment.js';
import { createWaking } from './waking.js';

/** The longest delay a timer of the platform takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Immediate = (fire: () => void) => unknown;

// Timers of 0 are clamped and slower; platforms without immediates have nothing better.
const soon: Immediate = (globalThis as { readonly setImmediate?: Immediate }).setImmediate ?? ((fire) => setTimeout(fire, 0));
/** One for all who sleep: it is the turns of one event loop that they share. */
const wake = createWaking(soon);
const aborts = createAbortListeners();

/**
 * The clock of production, and the default of `startOperator`. Waits of a second and more end together with others, at most a hundredth later than asked for.
 * Its timers keep the process alive: an operator that waits is running.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: sleepMs,
  sharedWaitMs: (ms) => untilSharedMoment(ms, performance.now()),
  yield: () =>
    new Promise<void>((resolve) => {
      soon(resolve);
    }),
};

function sleepMs(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const start = performance.now();
    const end = start + Math.max(0, ms);
    let timer: ReturnType<typeof setTimeout>;
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const wait = (leftMs: number) => {
      timer = setTimeout(onTimer, Math.min(leftMs, LONGEST_TIMER_MS));
    };
    const onTimer = () => {
      // Measured anew after each piece: a timer may fire early by a fraction, and pieces add up their errors.
      const leftMs = end - performance.now();
      if (leftMs > 0) {
        wait(Math.ceil(leftMs));
        return;
      }
      wake(() => {
        aborts.remove(signal, onAbort);
        resolve();
      });
    };
    aborts.add(signal, onAbort);
    // Thousands of timers of objects would wake the process thousands of times: they wake it together.
    wait(untilSharedMoment(Math.max(0, ms), start));
  });
}
