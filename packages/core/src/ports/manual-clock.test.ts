import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from './manual-clock.js';

describe('the manual clock', () => {
  it('fires what is due at the same time in the order it was asked for', () => {
    const clock = createManualClock();
    const fired: string[] = [];
    for (const name of ['a', 'b', 'c']) clock.schedule(10, () => fired.push(name));
    clock.advanceTo(10);
    expect(fired).toEqual(['a', 'b', 'c']);
  });

  it('fires every timer once, in the order of its time, at its time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), fc.array(fc.integer({ min: 0, max: 400 })), (delays, steps) => {
        const clock = createManualClock();
        const fired: number[] = [];
        for (const delay of delays) {
          clock.schedule(delay, () => {
            expect(clock.monotonicMs()).toBe(delay);
            fired.push(delay);
          });
        }
        for (const step of steps) clock.advanceBy(step);
        clock.advanceTo(1000);
        expect(fired).toEqual([...delays].sort((a, b) => a - b));
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it('fires what is scheduled on the way, when it is due within the advance', () => {
    const clock = createManualClock();
    const fired: number[] = [];
    clock.schedule(5, () => clock.schedule(5, () => fired.push(clock.monotonicMs())));
    clock.advanceTo(20);
    expect(fired).toEqual([10]);
    expect(clock.monotonicMs()).toBe(20);
  });

  it('does not fire what was cancelled', () => {
    const clock = createManualClock();
    const cancel = clock.schedule(5, () => expect.unreachable());
    cancel();
    clock.advanceBy(10);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('moves only the wall clock when it jumps', () => {
    const clock = createManualClock({ now: 5000 });
    clock.schedule(10, () => expect.unreachable());
    clock.jumpWall(-3600);
    expect([clock.now(), clock.monotonicMs(), clock.nextDueMs()]).toEqual([1400, 0, 10]);
  });
});
