import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectBody } from '../model/object.js';
import { applyOperations } from '../patch/json-patch.js';
import { decideFinalizer, finalizerOperations } from './finalizer.js';

const OURS = 'kopf.zalando.org/KopfFinalizerMarker';

function body(finalizers?: readonly string[]): ObjectBody {
  const metadata = { name: 'x', uid: 'u1', resourceVersion: '5', ...(finalizers ? { finalizers } : {}) };
  return { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata };
}

describe('decideFinalizer', () => {
  const quiet = { deleting: false, deleted: false, present: false, required: false, mayRemove: true };
  it.each([
    ['[Z-03] decides to add when it is required and missing', { state: { required: true }, decision: 'add' }],
    ['[Z-08] decides to keep when deletion was requested already', { state: { required: true, deleting: true }, decision: 'keep' }],
    ['[Z-02] decides to keep when it is required and present', { state: { required: true, present: true }, decision: 'keep' }],
    ['[Z-04] decides to remove when it is present, but not required', { state: { present: true }, decision: 'remove' }],
    ['[Z-04] decides to remove when it is not required while deleting', { state: { present: true, deleting: true }, decision: 'remove' }],
    ['[Z-04] decides to keep when it may belong to somebody else', { state: { present: true, mayRemove: false }, decision: 'keep' }],
    ['[Z-02] decides to keep when nobody requires it and it is missing', { state: {}, decision: 'keep' }],
    ['[Z-07] decides to keep when the object is gone', { state: { present: true, deleted: true, deleting: true }, decision: 'keep' }],
    ['[Z-07] decides to keep when the object is gone without one', { state: { required: true, deleted: true }, decision: 'keep' }],
  ])('%s', (_, { state, decision }) => {
    expect(decideFinalizer({ ...quiet, ...state })).toBe(decision);
  });
});

describe('finalizerOperations', () => {
  const uid = { op: 'test', path: '/metadata/uid', value: 'u1' };

  it('[Z-09] adds the first finalizer only where there is none', () => {
    expect(finalizerOperations(body(), OURS, 'add')).toEqual([
      uid,
      { op: 'test', path: '/metadata/finalizers', value: null },
      { op: 'add', path: '/metadata/finalizers', value: [OURS] },
    ]);
  });

  it('[Z-09] appends to the list that was seen', () => {
    expect(finalizerOperations(body(['a/b']), OURS, 'add')).toEqual([
      uid,
      { op: 'test', path: '/metadata/finalizers', value: ['a/b'] },
      { op: 'add', path: '/metadata/finalizers/-', value: OURS },
    ]);
  });

  it('[Z-09] removes only an element that is ours', () => {
    expect(finalizerOperations(body(['a/b', OURS, 'c/d']), OURS, 'remove')).toEqual([
      uid,
      { op: 'test', path: '/metadata/finalizers/1', value: OURS },
      { op: 'remove', path: '/metadata/finalizers/1' },
    ]);
  });

  it('[Z-09] removes all occurrences', () => {
    const seen = body([OURS, 'a/b', OURS]);
    const applied = applyOperations(seen, finalizerOperations(seen, OURS, 'remove'));
    expect(applied).toMatchObject({ ok: true, value: { metadata: { finalizers: ['a/b'] } } });
  });

  it.each([
    { change: 'add', finalizers: [OURS] },
    { change: 'remove', finalizers: ['a/b'] },
    { change: 'remove', finalizers: undefined },
  ] as const)('has nothing to $change with $finalizers', ({ change, finalizers }) => {
    expect(finalizerOperations(body(finalizers), OURS, change)).toEqual([]);
  });

  it('never tests the resourceVersion, and fails on another object', () => {
    const list = fc.array(fc.constantFrom('a/b', OURS), { maxLength: 4 });
    fc.assert(
      fc.property(list, fc.constantFrom('add', 'remove'), (finalizers, change) => {
        const operations = finalizerOperations(body(finalizers), OURS, change);
        expect(operations.some(({ path }) => path.includes('resourceVersion'))).toBe(false);
        const stranger = { ...body(finalizers), metadata: { ...body(finalizers).metadata, uid: 'u2' } };
        if (operations.length > 0) expect(applyOperations(stranger, operations).ok).toBe(false);
      }),
    );
  });

  it('adding and removing leaves the others as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a/b', 'c/d'), { minLength: 1, maxLength: 3 }), (finalizers) => {
        const seen = body(finalizers);
        const added = applyOperations(seen, finalizerOperations(seen, OURS, 'add'));
        if (!added.ok) throw new Error(added.reason);
        expect(added.value).toMatchObject({ metadata: { finalizers: [...finalizers, OURS] } });
        expect(applyOperations(added.value, finalizerOperations(added.value as ObjectBody, OURS, 'remove'))).toEqual({
          ok: true,
          value: seen,
        });
      }),
    );
  });

  it('does not touch the list if somebody else changed it meanwhile', () => {
    const operations = finalizerOperations(body(['a/b']), OURS, 'add');
    expect(applyOperations(body(['a/b', 'c/d']), operations)).toMatchObject({ ok: false, reason: 'test-failed' });
    const removal = finalizerOperations(body(['a/b', OURS]), OURS, 'remove');
    expect(applyOperations(body([OURS]), removal).ok).toBe(false);
  });
});
