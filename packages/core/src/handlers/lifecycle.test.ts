import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HandlerState, Lifecycle, LifecycleArgs } from '../model/lifecycle.js';
import { allAtOnce, asap, chooseHandlers, handlerStates, oneByOne, randomized, shuffled } from './lifecycle.js';
import { emptyRecord, type Progress } from './progress.js';

const NOW = Date.UTC(2020, 0, 1);
const ALL = ['a', 'b', 'c'].map((id) => ({ id, param: undefined }));

function choose(lifecycle: Lifecycle, random = 0, retries: Readonly<Record<string, number>> = {}): string {
  const state = new Map(Object.entries(retries).map(([id, count]) => [id, { retries: count } as HandlerState]));
  const args = { state, random: () => random } as unknown as LifecycleArgs;
  return chooseHandlers(lifecycle, ALL, () => args)
    .map(({ id }) => id)
    .join('');
}

describe('lifecycles', () => {
  it.each<[title: string, row: { lifecycle: Lifecycle; random?: number; retries?: Record<string, number>; chosen: string }]>([
    ['[L-02] allAtOnce takes all in order', { lifecycle: allAtOnce, chosen: 'abc' }],
    ['[L-03] oneByOne takes the first', { lifecycle: oneByOne, chosen: 'a' }],
    ['[L-04] randomized takes any one, be it the first', { lifecycle: randomized, random: 0, chosen: 'a' }],
    ['[L-04] randomized takes any one, be it the last', { lifecycle: randomized, random: 0.999, chosen: 'c' }],
    ['[L-05] shuffled takes all in another order', { lifecycle: shuffled, random: 0, chosen: 'bca' }],
    ['[L-05] shuffled may leave the order as it is', { lifecycle: shuffled, random: 0.999, chosen: 'abc' }],
    ['[L-06] asap takes the first of those not tried', { lifecycle: asap, chosen: 'a' }],
    ['[L-06] asap takes the one with the fewest attempts', { lifecycle: asap, retries: { a: 2, b: 1, c: 1 }, chosen: 'b' }],
  ])('%s', (_, { lifecycle, random, retries, chosen }) => {
    expect(choose(lifecycle, random, retries)).toBe(chosen);
  });

  it('[L-05] shuffled loses nobody, whatever chance says', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }), (chances) => {
        let next = 0;
        const random = (): number => chances[next++ % chances.length] ?? 0;
        const chosen = chooseHandlers(shuffled, ALL, () => ({ random }) as unknown as LifecycleArgs);
        expect(chosen.map(({ id }) => id).toSorted()).toEqual(['a', 'b', 'c']);
      }),
    );
  });

  it('[E-02] are not asked when nobody is due', () => {
    expect(
      chooseHandlers(
        () => {
          throw new Error('asked');
        },
        [],
        () => ({}) as LifecycleArgs,
      ),
    ).toEqual([]);
  });

  it('[L-01] learn the state of all handlers', () => {
    const record = emptyRecord('create', NOW - 5000);
    const progress: Progress = new Map(
      Object.entries({
        due: { ...record, delayed: NOW, retries: 2 },
        asleep: { ...record, delayed: NOW + 1 },
        done: { ...record, success: true, delayed: NOW + 1 },
        failed: { ...record, failure: true },
      }).map(([id, one]) => [id, { record: one, stored: undefined, active: true }]),
    );
    const states = Object.fromEntries(handlerStates(progress, NOW, (instant) => new Date(instant)));
    expect(states).toMatchObject({
      due: {
        started: new Date(NOW - 5000),
        delayed: new Date(NOW),
        runtime: 5,
        retries: 2,
        awakened: true,
        sleeping: false,
        finished: false,
      },
      asleep: { delayed: new Date(NOW + 1), awakened: false, sleeping: true, finished: false },
      done: { awakened: false, sleeping: false, finished: true, success: true, failure: false },
      failed: { awakened: false, sleeping: false, finished: true, success: false, failure: true },
    });
  });
});
