import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, jsonEqual, setOwn, type Json } from '../model/json.js';
import type { Diff } from '../model/patch.js';
import { applyDiff, diffJson, reduceDiff, resolveField } from './diff.js';

/** Few keys, so that two values have something in common. */
const key = fc.constantFrom('a', 'b', 'c', '__proto__');
const json = fc.letrec<{ value: Json; mapping: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, false, 0, 1, '', 'x'),
    fc.array(tie('value'), { maxLength: 2 }),
    tie('mapping'),
  ),
  mapping: fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => {
    const object: Record<string, Json | undefined> = {};
    for (const [name, item] of entries) setOwn(object, name, item);
    return object;
  }),
}));

/** Null equals absence: the value without nulls under keys. */
function withoutNulls(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isJsonObject(value)) return value;
  const object: Record<string, Json | undefined> = {};
  for (const name of Object.keys(value)) {
    const item = withoutNulls(value[name]);
    if (item !== undefined) setOwn(object, name, item);
  }
  return object;
}

const show = (diff: Diff) => diff.map(({ op, field, old, new: fresh }) => [op, field.join('.'), old, fresh]);

describe('diffJson', () => {
  it.each<{ when: string; old: Json | undefined; fresh: Json | undefined; diff: unknown[] }>([
    { when: 'nothing changed', old: { a: 1 }, fresh: { a: 1 }, diff: [] },
    { when: 'a leaf changed', old: { a: { b: 1 } }, fresh: { a: { b: 2 } }, diff: [['change', 'a.b', 1, 2]] },
    { when: 'a list changed', old: { a: [1, 2] }, fresh: { a: [1, 3] }, diff: [['change', 'a', [1, 2], [1, 3]]] },
    { when: 'a mapping came', old: {}, fresh: { a: { b: 1, c: 2 } }, diff: [['add', 'a', undefined, { b: 1, c: 2 }]] },
    { when: 'a mapping went', old: { a: { b: 1 } }, fresh: {}, diff: [['remove', 'a', { b: 1 }, undefined]] },
    { when: 'null became a value', old: { a: null }, fresh: { a: 1 }, diff: [['add', 'a', null, 1]] },
    { when: 'a value became null', old: { a: 1 }, fresh: { a: null }, diff: [['remove', 'a', 1, null]] },
    { when: 'null replaced absence', old: {}, fresh: { a: null }, diff: [] },
    { when: 'a mapping became text', old: { a: { b: 1 } }, fresh: { a: 'x' }, diff: [['change', 'a', { b: 1 }, 'x']] },
    { when: 'a number became a boolean', old: { a: 1 }, fresh: { a: true }, diff: [['change', 'a', 1, true]] },
    { when: 'a null in a list went', old: { a: [null] }, fresh: { a: [] }, diff: [['change', 'a', [null], []]] },
    { when: 'there was nothing before', old: undefined, fresh: { a: 1 }, diff: [['add', '', undefined, { a: 1 }]] },
    { when: 'there is nothing now', old: { a: 1 }, fresh: undefined, diff: [['remove', '', { a: 1 }, undefined]] },
    {
      when: 'some came, some went, some changed',
      old: { c: 1, r: 1 },
      fresh: { c: 2, n: 1 },
      diff: [
        ['add', 'n', undefined, 1],
        ['remove', 'r', 1, undefined],
        ['change', 'c', 1, 2],
      ],
    },
  ])('[X-02] [X-03] [X-04] tells what happened when $when', ({ old, fresh, diff }) => {
    expect(show(diffJson(old, fresh))).toEqual(diff);
  });

  it('[X-05] lists what was added, then what was removed, then what changed', () => {
    const [old, fresh] = [
      { r1: 1, c1: 1, r2: 1, c2: 1 },
      { c2: 2, n2: 1, c1: 2, n1: 1 },
    ];
    expect(diffJson(old, fresh).map(({ op }) => op)).toEqual(['add', 'add', 'remove', 'remove', 'change', 'change']);
  });

  it('[X-06] takes the change from a mapping to something else for one change', () => {
    expect(show(diffJson({ a: { b: { c: 1 } } }, { a: ['c'] }))).toEqual([['change', 'a', { b: { c: 1 } }, ['c']]]);
  });

  it('[X-01] makes the new value of the old one', () => {
    fc.assert(
      fc.property(json.value, json.value, (old, fresh) =>
        jsonEqual(withoutNulls(applyDiff(diffJson(old, fresh), old)), withoutNulls(fresh)),
      ),
    );
  });

  it('[C-07] [X-03] is empty exactly when both are equal, null being absence', () => {
    fc.assert(
      fc.property(
        json.value,
        json.value,
        (old, fresh) => (diffJson(old, fresh).length === 0) === jsonEqual(withoutNulls(old), withoutNulls(fresh)),
      ),
    );
  });
});

describe('reduceDiff', () => {
  const whole = diffJson({ spec: { a: { x: 1 }, b: 1 } }, { spec: { a: { x: 2, y: 3 }, b: 2 } });

  it.each([
    { when: 'they are below the field', path: ['spec', 'a'], diff: [['add', 'y', undefined, 3], ['change', 'x', 1, 2]] }, // prettier-ignore
    { when: 'it is at the field', path: ['spec', 'b'], diff: [['change', '', 1, 2]] },
    { when: 'the field is unrelated', path: ['status'], diff: [] },
    { when: 'a sibling begins alike', path: ['spec', 'a', 'xy'], diff: [] },
  ])('[X-10] reduces items when $when', ({ path, diff }) => {
    expect(show(reduceDiff(whole, path))).toEqual(diff);
  });

  it('[X-10] looks into a mapping that came as a whole', () => {
    const created = diffJson(undefined, { spec: { a: { x: 1 } } });
    expect(show(reduceDiff(created, ['spec', 'a']))).toEqual([['add', '', undefined, { x: 1 }]]);
    expect(show(reduceDiff(created, ['spec', 'zzz']))).toEqual([]);
  });

  it('[X-10] keeps everything for the empty path', () => {
    expect(reduceDiff(whole, [])).toEqual(whole);
  });

  it('[X-10] is the diff of the values at the field', () => {
    const path = fc.array(key, { maxLength: 3 });
    fc.assert(
      fc.property(json.mapping, json.mapping, path, (old, fresh, at) => {
        const [before, after] = [resolveField(old, at).value, resolveField(fresh, at).value];
        return jsonEqual(withoutNulls(applyDiff(reduceDiff(diffJson(old, fresh), at), before)), withoutNulls(after));
      }),
    );
  });
});
