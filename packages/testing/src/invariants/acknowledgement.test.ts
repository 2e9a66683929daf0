import { describe, expect, it } from 'vitest';
import { acknowledgementsOf, acknowledges } from './acknowledgement.js';
import { entriesOf } from '../history/history.js';
import { body, type Built, COLLECTION, FINALIZER, historyBuilder, LHC, model, OP, USER } from './history-builder.js';

const judged = model([
  { id: 'fn', reasons: ['create'] },
  { id: 'parent/child', reasons: ['create'] },
]);

function acks(before: Built, after: Built | undefined, more: { actor?: string; collection?: string } = {}) {
  const h = historyBuilder();
  h.commit(body(1, before), { actor: USER });
  if (after === undefined) h.gone('u1', 2, { actor: OP, ...more });
  else h.commit(body(2, after), more);
  const commit = entriesOf(h.history, 'commit').at(-1);
  return commit === undefined ? [] : acknowledgementsOf(commit, judged);
}

describe('what a commit acknowledges', () => {
  it.each<{ what: string; before: Built; after: Built | undefined; ack: object }>([
    {
      what: 'a success',
      before: {},
      after: { progress: { fn: { purpose: 'create', success: true } } },
      ack: { kind: 'progress', handler: 'fn', purpose: 'create' },
    },
    {
      what: 'a failure',
      before: { progress: { fn: { retries: 1 } } },
      after: { progress: { fn: { failure: true } } },
      ack: { kind: 'progress', handler: 'fn', purpose: undefined },
    },
    {
      what: 'a success of a sub-handler',
      before: {},
      after: { progress: { 'parent.child': { success: true } } },
      ack: { kind: 'progress', handler: 'parent/child', purpose: undefined },
    },
    {
      what: 'a first diff base',
      before: {},
      after: { handled: { spec: {} } },
      ack: { kind: 'diff-base', from: 'none', to: '{"spec":{}}' },
    },
    {
      what: 'another diff base',
      before: { handled: { a: 1 } },
      after: { handled: { b: 1 } },
      ack: { kind: 'diff-base', from: '{"a":1}', to: '{"b":1}' },
    },
    {
      what: 'the removal of the finalizer',
      before: { deleting: true, finalizers: [FINALIZER, 'x'] },
      after: { deleting: true, finalizers: ['x'] },
      ack: { kind: 'release' },
    },
    { what: 'the removal of the object', before: { deleting: true, finalizers: [FINALIZER] }, after: undefined, ack: { kind: 'release' } },
  ])('is found in $what', ({ before, after, ack }) => {
    expect(acks(before, after)).toEqual([ack]);
  });

  it.each<{ what: string; before: Built; after: Built; more?: object }>([
    { what: 'a failed attempt', before: {}, after: { progress: { fn: { retries: 1, success: false, failure: false } } } },
    {
      what: 'the same success again',
      before: { progress: { fn: { success: true } } },
      after: { progress: { fn: { success: true } }, status: { x: 1 } },
    },
    { what: 'the same diff base in another order', before: { handled: { a: 1, b: null } }, after: { handled: { a: 1 } } },
    { what: 'the removal of a finalizer that nobody needs any more', before: { finalizers: [FINALIZER] }, after: {} },
    { what: 'the words of somebody else', before: {}, after: { handled: {}, progress: { fn: { success: true } } }, more: { actor: USER } },
    { what: 'another collection', before: {}, after: { handled: {} }, more: { collection: `${COLLECTION}s` } },
    { what: 'what cannot be read', before: {}, after: { annotations: { [LHC]: '{', [`${LHC}x`]: '1' } } },
  ])('is nothing in $what', ({ before, after, more }) => {
    expect(acks(before, after, more)).toEqual([]);
  });

  it('concerns handlers by id and purpose, all changes but deletions, or deletions only', () => {
    const ofCreate = { kind: 'progress', handler: 'fn', purpose: 'create' } as const;
    expect([
      acknowledges(ofCreate, 'fn', 'create'),
      acknowledges(ofCreate, 'fn', 'update'),
      acknowledges(ofCreate, 'fn2', 'create'),
    ]).toEqual([true, false, false]);
    expect(acknowledges({ ...ofCreate, purpose: undefined }, 'fn', 'delete')).toBe(true);
    const moved = { kind: 'diff-base', from: 'none', to: '{}' } as const;
    expect([acknowledges(moved, 'fn', 'create'), acknowledges(moved, 'fn', 'resume'), acknowledges(moved, 'fn', 'delete')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([acknowledges({ kind: 'release' }, 'fn', 'delete'), acknowledges({ kind: 'release' }, 'fn', 'create')]).toEqual([true, false]);
  });
});
