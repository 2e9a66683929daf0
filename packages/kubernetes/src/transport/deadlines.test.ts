import { createManualClock } from '@kopfts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeadlines } from './deadlines.js';

/** What was resolved goes on in microtasks. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createDeadlines', () => {
  it('keeps each limit to the millisecond, in any order, and no limit that was lifted', async () => {
    const limits = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 50 }), lifted: fc.boolean() }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(limits, async (wanted) => {
        const clock = createManualClock();
        const deadlines = createDeadlines(clock);
        const begun = clock.monotonicMs();
        const kept: { ms: number; expiredMs: number }[] = [];
        const lifts = wanted.map(({ ms }) => deadlines.start(ms, () => kept.push({ ms, expiredMs: clock.monotonicMs() - begun })));
        wanted.forEach(({ lifted }, index) => {
          if (lifted) lifts[index]?.();
        });
        for (let ms = 0; ms <= 50; ms += 1) {
          await settled();
          clock.advanceBy(1);
        }
        await settled();
        const left = wanted.filter(({ lifted }) => !lifted).map(({ ms }) => ms);
        expect(kept.map(({ ms }) => ms).sort()).toEqual(left.sort());
        for (const { ms, expiredMs } of kept) expect(expiredMs).toBe(ms);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('waits once for however many, and not at all for none', () => {
    const clock = createManualClock();
    const deadlines = createDeadlines(clock);
    const lifts = [10, 20, 30].map((ms) => deadlines.start(ms, () => undefined));
    expect(clock.pending).toBe(1);
    for (const lift of lifts) lift();
    expect(clock.pending).toBe(0);
  });
});
