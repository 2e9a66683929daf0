import { describe, expect, it } from 'vitest';
import { createManualClock } from '../ports/manual-clock.js';
import { createSteadyClock } from './steady-clock.js';

describe('the clock that nobody sets', () => {
  it('[F1] goes on at the pace of the monotonic one when the clock on the wall jumps', () => {
    const wall = createManualClock();
    const steady = createSteadyClock(wall);
    const startedAt = steady.now();
    wall.advanceBy(1000);
    for (const jumpMs of [3_600_000, -86_400_000]) wall.jumpWall(jumpMs);
    wall.advanceBy(500);
    expect([steady.now() - startedAt, steady.monotonicMs()]).toEqual([1500, 1500]);
  });

  it('waits together with others where the other clock does, and exactly where it does not', () => {
    const wall = createManualClock();
    expect(createSteadyClock(wall).sharedWaitMs?.(1234)).toBe(1234);
    expect(createSteadyClock({ ...wall, sharedWaitMs: (ms) => ms + 6 }).sharedWaitMs?.(1234)).toBe(1240);
  });
});
