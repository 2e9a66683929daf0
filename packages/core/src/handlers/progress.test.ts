import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemporaryError } from '../errors.js';
import type { HandlerId } from '../model/ids.js';
import type { ProgressRecord, Purpose } from '../model/progress-record.js';
import type { Outcome } from './outcome.js';
import {
  advance,
  changedRecords,
  counts,
  dueHandlers,
  emptyRecord,
  isDone,
  isFinished,
  nextAttemptMs,
  planProgress,
  purgeIds,
  refuse,
  startProgress,
  startSubHandlers,
  type Progress,
} from './progress.js';

const NOW = Date.UTC(2020, 11, 31, 23, 59, 59, 123);
const NOTHING: ReadonlyMap<HandlerId, ProgressRecord> = new Map();
const handlers = (...ids: string[]) => ids.map((id) => ({ id }));
const succeeded: Outcome = { kind: 'succeeded', result: undefined };
const failed: Outcome = { kind: 'failed', error: new Error('boom') };
const retry: Outcome = { kind: 'retry', error: new TemporaryError('wait'), delayMs: 10_000 };

function record(changes: Partial<ProgressRecord> = {}): ProgressRecord {
  return { ...emptyRecord('create', NOW - 5000), ...changes };
}

function start(stored: Record<string, ProgressRecord>, ids: string[], purpose: Purpose = 'create') {
  return startProgress(new Map(Object.entries(stored)), handlers(...ids), purpose, NOW);
}

const recordOf = (progress: Progress, id: string) => progress.get(id)?.record;

describe('startProgress', () => {
  it('[G-08] makes records for all selected handlers, as Kopf writes them', () => {
    const { progress } = start({}, ['a', 'b']);
    expect([...progress.keys()]).toEqual(['a', 'b']);
    expect(recordOf(progress, 'a')).toEqual({
      started: NOW,
      stopped: undefined,
      delayed: undefined,
      purpose: 'create',
      retries: 0,
      success: false,
      failure: false,
      message: undefined,
      subrefs: undefined,
    });
  });

  it('[G-12] keeps what is stored, and counts only the selected', () => {
    const stored = { a: record({ retries: 2 }), b: record() };
    const { progress, superseded } = start(stored, ['a']);
    expect(recordOf(progress, 'a')).toEqual(stored.a);
    expect(progress.get('b')).toMatchObject({ active: false });
    expect(superseded).toBeUndefined();
    expect(isDone(advance(progress, 'a', succeeded, NOW))).toBe(true);
  });

  it('[G-30] tells which change was superseded and how far it was', () => {
    const stored = { a: record({ success: true }), b: record({ failure: true }), c: record(), d: record({ purpose: undefined }) };
    const { superseded } = start(stored, ['x'], 'delete');
    expect(superseded).toEqual({ old: 'create', counts: { succeeded: 1, failed: 1, left: 1 } });
  });

  it('[G-30] tells all superseded changes', () => {
    const stored = { a: record({ purpose: 'resume' }), b: record({ purpose: 'update' }) };
    expect(start(stored, [], 'delete').allSuperseded.map(({ old }) => old)).toEqual(['update', 'resume']);
  });

  it('[G-31] lets selected handlers go on with what they achieved, under the new purpose', () => {
    const stored = { a: record({ success: true, retries: 3, purpose: 'create' }) };
    const { progress, obsolete } = start(stored, ['a'], 'update');
    expect(recordOf(progress, 'a')).toEqual({ ...stored.a, purpose: 'update' });
    expect(obsolete).toEqual([]);
    expect(isDone(progress)).toBe(true);
  });

  it.each([{ success: true }, { failure: true }, { delayed: NOW + 60_000, message: 'wait' }])(
    '[G-31] has them begin anew for a deletion, but for their sub-handlers: %j',
    (achieved) => {
      const stored = { a: record({ ...achieved, retries: 3, purpose: 'create', subrefs: ['a/1'] }), 'a/1': record({ success: true }) };
      const { progress, obsolete } = start(stored, ['a'], 'delete');
      expect(recordOf(progress, 'a')).toEqual({ ...emptyRecord('delete', NOW), subrefs: ['a/1'] });
      expect([obsolete, isDone(progress)]).toEqual([[], false]);
      const within = startSubHandlers(progress, { children: [{ id: 'a/1' }], ancestors: ['a'], purpose: 'delete' }, NOW);
      expect(recordOf(within, 'a/1')).toEqual(emptyRecord('delete', NOW));
    },
  );

  it('[G-32] has the records of the others purged, with their sub-handlers', () => {
    const stored = { a: record(), b: record({ subrefs: ['b/1', 'b/2'] }), legacy: record({ purpose: undefined }) };
    expect(start(stored, ['a'], 'delete').obsolete).toEqual(['b', 'b/1', 'b/2']);
  });

  it('[G-33] never loses the record of a selected handler', () => {
    const stored = { a: record({ purpose: 'delete', retries: 2 }), old: record({ purpose: 'create', subrefs: ['a'] }) };
    const { progress, obsolete } = start(stored, ['a'], 'delete');
    expect(obsolete).toEqual(['old']);
    expect(recordOf(progress, 'a')).toEqual(stored.a);
  });

  it('[G-03] takes a record without a purpose for any', () => {
    const stored = { a: record({ purpose: undefined, retries: 1 }) };
    const { progress, superseded, obsolete } = start(stored, ['a'], 'update');
    expect([superseded, obsolete]).toEqual([undefined, []]);
    expect(recordOf(progress, 'a')).toEqual(stored.a);
  });
});

describe('advance', () => {
  it.each<[title: string, row: { outcome: Outcome; changes: Partial<ProgressRecord> }]>([
    ['[G-09] finishes after success', { outcome: succeeded, changes: { retries: 2, stopped: NOW, success: true } }],
    [
      '[G-09] [E-25] finishes after an ignored error, without a message',
      { outcome: { kind: 'ignored', error: new Error('boom') }, changes: { retries: 2, stopped: NOW, success: true } },
    ],
    ['[G-09] finishes after failure', { outcome: failed, changes: { retries: 2, stopped: NOW, failure: true, message: 'boom' } }],
    ['[G-09] sleeps until the next attempt', { outcome: retry, changes: { retries: 2, delayed: NOW + 10_000, message: 'wait' } }],
    ['[G-09] does not sleep without a delay', { outcome: { ...retry, delayMs: undefined }, changes: { retries: 2, message: 'wait' } }],
    [
      '[E-33] keeps the class of an error without a message',
      { outcome: { ...failed, error: new TypeError() }, changes: { retries: 2, stopped: NOW, failure: true, message: 'TypeError()' } },
    ],
  ])('%s', (_, { outcome, changes }) => {
    const before = record({ retries: 1, delayed: NOW - 1, message: 'earlier' });
    const { progress } = start({ a: before }, ['a']);
    expect(recordOf(advance(progress, 'a', outcome, NOW), 'a')).toEqual({ ...before, delayed: undefined, message: undefined, ...changes });
  });

  it.each([succeeded, failed])('[G-09] keeps the time of the first stop, which a Kopf operator may have left: $kind', (outcome) => {
    const { progress } = start({ a: record({ stopped: NOW - 3000 }) }, ['a']);
    expect(recordOf(advance(progress, 'a', outcome, NOW), 'a')?.stopped).toBe(NOW - 3000);
  });

  it('counts a cancelled attempt as none', () => {
    const { progress } = start({}, ['a']);
    expect(advance(progress, 'a', { kind: 'cancelled' }, NOW)).toBe(progress);
  });

  it('leaves the former value as it was', () => {
    const { progress } = start({}, ['a']);
    advance(progress, 'a', succeeded, NOW);
    expect(recordOf(progress, 'a')).toMatchObject({ success: false, retries: 0 });
  });

  it('refuses a handler that was never selected', () => {
    expect(() => advance(start({}, []).progress, 'a', succeeded, NOW)).toThrow(expect.objectContaining({ code: 'KOPF_BUG' }));
  });

  it('[G-09] [G-11] never goes back', () => {
    const outcome = fc.constantFrom<Outcome>(succeeded, failed, retry, { kind: 'cancelled' }, { kind: 'ignored', error: 1 });
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 6 }), (outcomes) => {
        let { progress } = start({}, ['a']);
        for (const [i, one] of outcomes.entries()) {
          const before = recordOf(progress, 'a') ?? record();
          progress = advance(progress, 'a', one, NOW + i);
          const after = recordOf(progress, 'a') ?? record();
          expect(after.retries).toBeGreaterThanOrEqual(before.retries);
          expect(after.started).toBe(before.started);
          if (isFinished(before)) expect(after).toBe(before);
          expect(after.success && after.failure).toBe(false);
          expect(isFinished(after)).toBe(after.stopped !== undefined);
        }
      }),
    );
  });
});

describe('refuse', () => {
  it('makes a permanent failure of what succeeded or would have been tried again', () => {
    for (const outcome of [succeeded, retry]) {
      const tried = advance(start({}, ['a']).progress, 'a', outcome, NOW);
      const record = recordOf(refuse(tried, 'a', 'invalid'), 'a');
      expect(record).toMatchObject({ success: false, failure: true, message: 'invalid', retries: 1, delayed: undefined, stopped: NOW });
    }
  });

  it('leaves alone those who are not concerned', () => {
    const { progress } = start({}, ['a']);
    expect(refuse(progress, 'event', 'invalid')).toBe(progress);
    expect(recordOf(refuse(progress, 'a', 'invalid'), 'b')).toBeUndefined();
  });
});

describe('what is to be done', () => {
  it('[E-01] [G-11] are the handlers that neither finished nor sleep, in order', () => {
    const stored = {
      fresh: record(),
      done: record({ success: true }),
      failed: record({ failure: true }),
      sleeping: record({ delayed: NOW + 1 }),
      awake: record({ delayed: NOW }),
    };
    const ids = ['awake', 'sleeping', 'failed', 'done', 'fresh', 'new'];
    const { progress } = start(stored, ids);
    expect(dueHandlers(progress, handlers(...ids), NOW).map(({ id }) => id)).toEqual(['awake', 'fresh', 'new']);
  });

  it.each<[title: string, row: { delayed: Record<string, number | undefined>; ids: string[]; wait: number | undefined }]>([
    [
      '[E-50] is a delay until the first of the unfinished ones that count',
      { delayed: { b: 900, a: 500, passive: 9 }, ids: ['a', 'b'], wait: 500 },
    ],
    ['[E-51] is no delay when one is due', { delayed: { later: 500, past: -500 }, ids: ['later', 'past'], wait: 0 }],
    ['[E-51] is no delay before the first attempt', { delayed: { later: 500 }, ids: ['later', 'new'], wait: 0 }],
    ['is one attempt for those that fall due within 100 ms', { delayed: { a: 500, b: 600, c: 601 }, ids: ['a', 'b', 'c'], wait: 600 }],
    ['is never more than twice the delay of the first', { delayed: { a: 10, b: 20, c: 21 }, ids: ['a', 'b', 'c'], wait: 20 }],
    ['is no wait without handlers', { delayed: {}, ids: [], wait: undefined }],
  ])('%s', (_, { delayed, ids, wait }) => {
    const waiting = Object.entries(delayed).map(([id, ms]): [string, ProgressRecord] => [id, record({ delayed: NOW + (ms ?? 0) })]);
    const stored = Object.fromEntries([...waiting, ['done', record({ success: true })]]);
    expect(nextAttemptMs(start(stored, [...ids, ...(ids.length > 0 ? ['done'] : [])]).progress, NOW)).toBe(wait);
  });

  it.each<[title: string, row: { stored: Record<string, ProgressRecord>; ids: string[]; done: boolean }]>([
    ['[G-13] is nothing without handlers', { stored: {}, ids: [], done: true }],
    ['[G-13] is something before the first attempt', { stored: {}, ids: ['a'], done: false }],
    ['[G-12] is nothing for those who are not selected', { stored: { a: record() }, ids: [], done: true }],
    ['[H-28] is nothing after a permanent failure', { stored: { a: record({ failure: true }) }, ids: ['a'], done: true }],
    ['[G-13] is something while one is left', { stored: { a: record({ success: true }) }, ids: ['a', 'b'], done: false }],
  ])('%s', (_, { stored, ids, done }) => {
    expect(isDone(start(stored, ids).progress)).toBe(done);
  });

  it('[G-16] is counted over the records of the purpose, or of none', () => {
    const stored = { a: record({ success: true }), b: record({ failure: true, purpose: undefined }), c: record({ purpose: 'update' }) };
    const { progress } = start(stored, ['a', 'b', 'd']);
    expect(counts(progress, 'create')).toEqual({ succeeded: 1, failed: 1, left: 1 });
  });
});

describe('what is written', () => {
  it('[G-10] are the records that changed', () => {
    const { progress } = start({ same: record(), tried: record() }, ['same', 'tried', 'fresh']);
    expect([...changedRecords(advance(progress, 'tried', retry, NOW)).keys()]).toEqual(['tried', 'fresh']);
  });

  it('[G-15] is nothing when all succeeded at once, but the removal of what may be there', () => {
    const started = startProgress(NOTHING, handlers('a'), 'create', NOW);
    const progress = advance(started.progress, 'a', succeeded, NOW);
    expect(planProgress({ progress, obsolete: [] }, ['a', 'b'])).toEqual({ store: new Map(), purge: ['a', 'b'] });
  });

  it('[G-14] forgets declared handlers, known ones and all sub-handlers when done', () => {
    const stored = { a: record({ success: true, subrefs: ['a/1'] }), gone: record({ subrefs: ['gone/1'] }) };
    const { progress } = start(stored, ['a']);
    expect(purgeIds(progress, ['a', 'declared'])).toEqual(['a', 'declared', 'gone', 'a/1', 'gone/1']);
  });

  it('[G-32] is what changed, without the superseded records, while unfinished', () => {
    const started = start({ old: record() }, ['a'], 'delete');
    const plan = planProgress({ ...started, progress: advance(started.progress, 'a', retry, NOW) }, ['a', 'old']);
    expect([...plan.store.keys()]).toEqual(['a']);
    expect(plan.purge).toEqual(['old']);
  });

  it('[G-33] never stores and purges the same handler', () => {
    const ids = ['a', 'b', 'c'];
    const stored = fc.dictionary(
      fc.constantFrom(...ids),
      fc.record({ purpose: fc.constantFrom<Purpose | undefined>('create', 'update', undefined), success: fc.boolean() }).map(record),
    );
    fc.assert(
      fc.property(stored, fc.subarray(ids), fc.constantFrom<Purpose>('create', 'update', 'delete'), (known, selected, purpose) => {
        const started = start(known, selected, purpose);
        const plan = planProgress(started, ids);
        expect(plan.purge.filter((id) => plan.store.has(id))).toEqual([]);
        if (!isDone(started.progress)) expect(plan.purge.filter((id) => selected.includes(id))).toEqual([]);
      }),
    );
  });
});
