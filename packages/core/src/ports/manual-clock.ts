import type { Instant } from '../model/instant.js';
import type { Clock } from './clock.js';

/** A clock that stands still until it is told. The fake of the `Clock` port, and the time of the simulator. */
export interface ManualClock extends Clock {
  /** Calls `fire` when that much time has passed (also when it is 0: at the next advance). Returns how to cancel it. */
  schedule(ms: number, fire: () => void): () => void;
  /** When the next timer is due, in monotonic milliseconds; `undefined` without timers. */
  nextDueMs(): number | undefined;
  /** Moves time forward and fires what is due on the way, in order of (due, scheduled), synchronously. Never goes back. */
  advanceTo(monotonicMs: number): void;
  /** The same, relative; 0 fires what is due now. */
  advanceBy(ms: number): void;
  /** Moves the wall clock only, in either direction: timers do not notice. */
  jumpWall(ms: number): void;
  /** Timers and sleeps that wait. */
  readonly pending: number;
}

export interface ManualClockOptions {
  /** The wall clock at the beginning; default 2024-01-01T00:00:00Z. */
  readonly now?: Instant | undefined;
}

interface Timer {
  readonly dueMs: number;
  readonly sequence: number;
  readonly fire: () => void;
}

const NEW_YEAR_2024 = 1_704_067_200_000;

/** A clock for tests; see {@link ManualClock}. */
export function createManualClock(options: ManualClockOptions = {}): ManualClock {
  // Sorted by (due, sequence), so that equal times fire in the order they were asked for.
  const timers: Timer[] = [];
  let elapsedMs = 0;
  let wallOffset = options.now ?? NEW_YEAR_2024;
  let sequence = 0;

  const schedule = (ms: number, fire: () => void): (() => void) => {
    const timer: Timer = { dueMs: elapsedMs + Math.max(0, ms), sequence: (sequence += 1), fire };
    timers.splice(indexAfter(timers, timer.dueMs), 0, timer);
    return () => {
      const index = timers.indexOf(timer);
      if (index !== -1) timers.splice(index, 1);
    };
  };
  const advanceTo = (monotonicMs: number): void => {
    for (let next = timers[0]; next !== undefined && next.dueMs <= monotonicMs; next = timers[0]) {
      timers.shift();
      elapsedMs = Math.max(elapsedMs, next.dueMs);
      next.fire();
    }
    elapsedMs = Math.max(elapsedMs, monotonicMs);
  };
  return {
    now: () => wallOffset + elapsedMs,
    monotonicMs: () => elapsedMs,
    sleep: (ms, signal) => sleepUntilFired(schedule, ms, signal),
    yield: () => Promise.resolve(),
    schedule,
    nextDueMs: () => timers[0]?.dueMs,
    advanceTo,
    advanceBy: (ms) => advanceTo(elapsedMs + ms),
    jumpWall: (ms) => {
      wallOffset += ms;
    },
    get pending() {
      return timers.length;
    },
  };
}

/** The listener goes when the sleep ends. */
function sleepUntilFired(schedule: ManualClock['schedule'], ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = schedule(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function indexAfter(timers: readonly Timer[], dueMs: number): number {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timers[middle]?.dueMs ?? Infinity) <= dueMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
