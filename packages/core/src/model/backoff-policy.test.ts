import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, parseBackoff, type BackoffPolicy } from './backoff-policy.js';

function waits(given: unknown, random = 0): readonly number[] {
  const backoff = parseBackoff(given, 'backoff');
  return [0, 1, 2, 3, 2000].map((attempts) => backoffMs(backoff, attempts, random));
}

describe('a back-off', () => {
  it.each<[title: string, row: { given: unknown; random?: number; waits: readonly number[] }]>([
    ['[E-26] is always the same if it is a duration', { given: '5s', random: 0.9, waits: [5000, 5000, 5000, 5000, 5000] }],
    ['may be nothing at all', { given: 0, waits: [0, 0, 0, 0, 0] }],
    ['doubles up to ten minutes by default', { given: { initial: 1 }, waits: [1000, 2000, 4000, 8000, 600_000] }],
    [
      'grows by its factor up to its limit',
      { given: { initial: '1s', factor: 3, limit: '10s' }, waits: [1000, 3000, 9000, 10_000, 10_000] },
    ],
    ['stays the same with the factor 1', { given: { initial: 2, factor: 1 }, waits: [2000, 2000, 2000, 2000, 2000] }],
    ['of nothing does not grow', { given: { initial: 0 }, waits: [0, 0, 0, 0, 0] }],
    ['leaves a part to chance', { given: { initial: 2, factor: 1, jitter: 0.5 }, random: 0.5, waits: [1500, 1500, 1500, 1500, 1500] }],
    [
      'has a limit that its beginning does not exceed',
      { given: { initial: '1h' }, waits: [3_600_000, 3_600_000, 3_600_000, 3_600_000, 3_600_000] },
    ],
  ])('%s', (_, { given, random, waits: expected }) => {
    expect(waits(given, random)).toEqual(expected);
  });

  it('never exceeds its limit and never falls without chance, whatever it is', () => {
    const policy = fc.record({
      initial: fc.nat(100),
      factor: fc.double({ min: 1, max: 10, noNaN: true }),
      jitter: fc.constantFrom(0, 0.3, 1),
    });
    fc.assert(
      fc.property(policy, fc.nat(3000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (given, attempts, random) => {
        const backoff = parseBackoff({ ...given, limit: 200 } satisfies BackoffPolicy, 'backoff');
        const wait = backoffMs(backoff, attempts, random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(200_000);
        expect(backoffMs(backoff, attempts + 1, 0)).toBeGreaterThanOrEqual(backoffMs(backoff, attempts, 0));
      }),
    );
  });

  it.each([
    { given: '5', code: 'KOPF_INVALID_OPTION', names: 'backoff' },
    { given: -1, code: 'KOPF_INVALID_OPTION', names: 'backoff' },
    { given: [1, 2], code: 'KOPF_INVALID_OPTION', names: 'backoff' },
    { given: null, code: 'KOPF_INVALID_OPTION', names: 'backoff' },
    { given: {}, code: 'KOPF_INVALID_OPTION', names: "'initial' of backoff" },
    { given: { initial: 1, factor: 0.5 }, code: 'KOPF_INVALID_OPTION', names: "'factor' of backoff" },
    { given: { initial: 1, jitter: 2 }, code: 'KOPF_INVALID_OPTION', names: "'jitter' of backoff" },
    { given: { initial: 10, limit: 5 }, code: 'KOPF_INVALID_OPTION', names: "'limit' of backoff" },
    { given: { initial: 1, max: 5 }, code: 'KOPF_UNKNOWN_OPTION', names: 'backoff' },
  ])('$given is refused', ({ given, code, names }) => {
    expect(() => parseBackoff(given, 'backoff')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(names) as string }) as Error,
    );
  });
});
