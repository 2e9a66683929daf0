import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANSWER_MISHAPS, LINE_MISHAPS, MEDDLINGS, type Mishap, parsePlan, type PlannedOrder, planText } from './plan.js';

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ kind: fc.constant('kill' as const), point: fc.constantFrom('c1', 'c2', 'c3', 'c4') }),
  fc.record({ kind: fc.constant('pause' as const), point: fc.constantFrom('c1', 'c2', 'c3', 'c4') }),
  fc.record({ kind: fc.constant('line' as const), nth: fc.nat(), how: fc.constantFrom(...LINE_MISHAPS) }),
  fc.record({ kind: fc.constant('answer' as const), how: fc.constantFrom(...ANSWER_MISHAPS) }),
  fc.record({ kind: fc.constant('meddled' as const), how: fc.constantFrom(...MEDDLINGS), when: fc.constantFrom('before', 'after') }),
  fc.record({ kind: fc.constant('stale' as const), behind: fc.integer({ min: 1, max: 99 }) }),
  fc.record({ kind: fc.constant('unobserved' as const), nth: fc.nat(), lines: fc.integer({ min: 1, max: 99 }) }),
  fc.constantFrom({ kind: 'removed' as const }, { kind: 'replaced' as const }),
);

const without = fc.uniqueArray(fc.constantFrom('h0', 'h12', 'c3'), { minLength: 1 });
const delay = fc.tuple(fc.nat(), fc.nat());
const order: fc.Arbitrary<PlannedOrder> = fc.oneof(
  fc.record({ by: fc.constant('pct' as const), depth: fc.nat() }),
  fc.record({ by: fc.constant('delays' as const), delays: fc.array(delay) }),
);

describe('the text of a plan', () => {
  it('says everything: what is read is what was written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('create', 'update'),
        fc.nat(),
        fc.array(fc.record({ call: fc.nat(), mishap })),
        fc.record({ without, order }, { requiredKeys: [] }),
        (workload, seed, mishaps, more) => {
          const plan = { workload, seed, mishaps, ...more };
          expect(parsePlan(planText(plan))).toEqual(plan);
        },
      ),
    );
  });

  it('is one line for a person', () => {
    expect(planText({ workload: 'update', seed: 3, mishaps: [{ call: 7, mishap: { kind: 'line', nth: 0, how: 'inside' } }] })).toBe(
      'update seed=3 @7:line-0-inside',
    );
  });

  it.each([
    '@7',
    '@x:removed',
    '@7:kill-c5',
    '@7:kill',
    '@7:line-1',
    '@7:line-x-410',
    '@7:answer-200',
    '@7:moved',
    'seed=x',
    'without=x1',
    'order=pct',
    'order=delays-1',
    '@7:edited',
    '@7:edited-during',
    '@7:stale-0',
    '@7:unobserved-1',
    '@7:unobserved-1-0',
    '@7:pause-c5',
  ])("names '%s' as no part of a plan, and says what is", (word) => {
    expect(() => parsePlan(`create ${word}`)).toThrow(
      expect.objectContaining({ code: 'KOPF_HARNESS_MISUSE', message: `'${word}' is no part of a plan.` }) as Error,
    );
  });
});
