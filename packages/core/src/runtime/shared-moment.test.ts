import fc from 'fast-check';
import { expect, it } from 'vitest';
import { untilSharedMoment } from './shared-moment.js';

const waits = fc.double({ min: 0, max: 1e10, noNaN: true });
const moments = fc.double({ min: 0, max: 1e9, noNaN: true });

it('[F4] no wait becomes shorter, or more than a hundredth longer; short ones stay as they are', () => {
  fc.assert(
    fc.property(waits, moments, (waitMs, nowMs) => {
      const longerMs = untilSharedMoment(waitMs, nowMs) - waitMs;
      expect(longerMs).toBeGreaterThanOrEqual(0);
      expect(longerMs).toBeLessThanOrEqual(waitMs < 1000 ? 0 : Math.min(64, waitMs / 100));
    }),
  );
});

it('ten thousand waits of ten seconds end at no more than sixteen moments in each second', () => {
  const ends = Array.from({ length: 10_000 }, (_, nth) => nth + untilSharedMoment(10_000, nth));
  expect(new Set(ends.map((end) => Math.round(end))).size).toBeLessThanOrEqual(158);
});
