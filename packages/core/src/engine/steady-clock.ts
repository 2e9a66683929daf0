import type { Clock } from '../ports/clock.js';

/**
 * The same clock, but its wall clock goes on from here at the pace of the monotonic one, however it is set meanwhile: what is due after a delay is due
 * after that delay, and no handler has run for an hour because somebody set the time. What must follow the clock on the wall asks that one.
 */
export function createSteadyClock(clock: Clock): Clock {
  const originMs = clock.now() - clock.monotonicMs();
  return {
    now: () => originMs + clock.monotonicMs(),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    sharedWaitMs: (ms) => clock.sharedWaitMs?.(ms) ?? ms,
    yield: () => clock.yield(),
  };
}
