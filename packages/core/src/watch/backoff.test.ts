import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayFromList, fullJitter } from './backoff.js';

describe('fullJitter', () => {
  it.each([
    { attempt: 0, random: 0.5, ms: 500 },
    { attempt: 1, random: 0.5, ms: 1000 },
    { attempt: 3, random: 0.5, ms: 4000 },
    { attempt: 9, random: 0.5, ms: 15_000 },
    { attempt: 5000, random: 0.5, ms: 15_000 },
    { attempt: 4, random: 0, ms: 0 },
  ])('waits $ms ms after $attempt failures with chance $random', ({ attempt, random, ms }) => {
    expect(fullJitter({ attempt, baseMs: 1000, capMs: 30_000 }, random)).toBe(ms);
  });

  it('never waits longer than the cap, nor less than nothing', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.nat(), chance, (attempt, random) => {
        const ms = fullJitter({ attempt, baseMs: 100, capMs: 5000 }, random);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThan(5000);
      }),
    );
  });
});

describe('delayFromList', () => {
  it.each([
    { failures: 1, ms: 1000 },
    { failures: 2, ms: 1000 },
    { failures: 3, ms: 2000 },
    { failures: 4, ms: 2000 },
    { failures: 99, ms: 2000 },
  ])('[Q-21] waits $ms ms after $failures failures; the last delay repeats', ({ failures, ms }) => {
    expect(delayFromList([1, 1, 2], failures)).toBe(ms);
  });

  it('[Q-21] does not wait with an empty list', () => {
    expect(delayFromList([], 3)).toBe(0);
  });
});
