import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepFreeze, isJsonObject, jsonEqual, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { MergePatch } from '../model/patch.js';
import { applyMergePatch, composeMergePatches, isEmptyPatch, mergePatchEffect } from './merge-patch.js';

const key = fc.constantFrom('a', 'b', '__proto__', 'x/y');
const mapping = fc.letrec<{ value: Json; mapping: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom<Json>(null, 0, 1, 'x'), fc.constantFrom<Json>([], [1, null]), tie('mapping')),
  mapping: fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => {
    const object: Record<string, Json | undefined> = {};
    for (const [name, item] of entries) setOwn(object, name, item);
    return object;
  }),
})).mapping;

/** Without mappings that hold nothing, at any depth: what remains of deletions. */
function withoutEmpty(value: Json): Json | undefined {
  if (!isJsonObject(value)) return value;
  const object: Record<string, Json | undefined> = {};
  for (const name of Object.keys(value)) {
    const item = withoutEmpty(value[name] ?? null);
    if (item !== undefined) setOwn(object, name, item);
  }
  return Object.keys(object).length === 0 ? undefined : object;
}

/** Whether `b` puts a mapping where `a` deletes or sets something else: what one merge patch cannot say. */
function replacesByMapping(a: MergePatch, b: MergePatch): boolean {
  return Object.keys(b).some((name) => {
    const [first, second] = [Object.hasOwn(a, name) ? a[name] : undefined, b[name]];
    if (first === undefined || !isJsonObject(second)) return false;
    return !isJsonObject(first) || replacesByMapping(first, second);
  });
}

describe('applyMergePatch', () => {
  // The examples of RFC 7386, appendix A.
  it.each<{ target: Json; patch: Json; result: Json }>([
    { target: { a: 'b' }, patch: { a: 'c' }, result: { a: 'c' } },
    { target: { a: 'b' }, patch: { b: 'c' }, result: { a: 'b', b: 'c' } },
    { target: { a: 'b' }, patch: { a: null }, result: {} },
    { target: { a: 'b', b: 'c' }, patch: { a: null }, result: { b: 'c' } },
    { target: { a: ['b'] }, patch: { a: 'c' }, result: { a: 'c' } },
    { target: { a: 'c' }, patch: { a: ['b'] }, result: { a: ['b'] } },
    { target: { a: { b: 'c' } }, patch: { a: { b: 'd', c: null } }, result: { a: { b: 'd' } } },
    { target: { a: [{ b: 'c' }] }, patch: { a: [1] }, result: { a: [1] } },
    { target: ['a', 'b'], patch: ['c', 'd'], result: ['c', 'd'] },
    { target: { a: 'b' }, patch: ['c'], result: ['c'] },
    { target: { a: 'foo' }, patch: null, result: null },
    { target: { a: 'foo' }, patch: 'bar', result: 'bar' },
    { target: { e: null }, patch: { a: 1 }, result: { e: null, a: 1 } },
    { target: [1, 2], patch: { a: 'b', c: null }, result: { a: 'b' } },
    { target: {}, patch: { a: { bb: { ccc: null } } }, result: { a: { bb: {} } } },
  ])('[P-04] makes $result of $target by $patch', ({ target, patch, result }) => {
    expect(applyMergePatch(target, patch)).toEqual(result);
  });

  it('shares what does not change, and mutates nothing', () => {
    const target = deepFreeze({ spec: { a: 1 }, status: { b: { c: 1 } } });
    const result = applyMergePatch<JsonObject>(target, deepFreeze({ status: { b: { c: 2 } } }));
    expect(result['spec']).toBe(target.spec);
    expect(applyMergePatch<JsonObject>(target, { status: { b: { c: 1 }, z: null } })).toBe(target);
  });

  it('keeps the order of keys, with new ones at the end', () => {
    expect(Object.keys(applyMergePatch<JsonObject>({ a: 1, b: 1, c: 1 }, { b: 2, z: 1, a: null }))).toEqual(['b', 'c', 'z']);
  });

  it('takes __proto__ for a key', () => {
    const patch = JSON.parse('{"__proto__":{"polluted":true}}') as MergePatch;
    const result = applyMergePatch<JsonObject>({}, patch);
    expect(Object.keys(result)).toEqual(['__proto__']);
    expect('polluted' in result).toBe(false);
  });

  it('changes nothing when applied again', () => {
    fc.assert(
      fc.property(mapping, mapping, (target, patch) => {
        const once = applyMergePatch(target, patch);
        return applyMergePatch(once, patch) === once;
      }),
    );
  });
});

describe('composeMergePatches', () => {
  it.each<{ a: MergePatch; b: MergePatch; both: MergePatch }>([
    { a: { x: 1 }, b: { y: 2 }, both: { x: 1, y: 2 } },
    { a: { x: 1 }, b: { x: 2 }, both: { x: 2 } },
    { a: { x: 1 }, b: { x: null }, both: { x: null } },
    { a: { x: null }, b: { x: 1 }, both: { x: 1 } },
    { a: { x: { p: 1, q: 1 } }, b: { x: { q: 2 } }, both: { x: { p: 1, q: 2 } } },
    { a: { x: [1] }, b: { x: [2] }, both: { x: [2] } },
  ])('[RS-02] makes $both of $a and $b', ({ a, b, both }) => {
    expect(composeMergePatches(a, b)).toEqual(both);
  });

  it('is the first, then the second, wherever a merge patch can say so', () => {
    fc.assert(
      fc.property(mapping, mapping, mapping, (target, a, b) => {
        fc.pre(!replacesByMapping(a, b));
        return jsonEqual(applyMergePatch(target, composeMergePatches(a, b)), applyMergePatch(applyMergePatch(target, a), b));
      }),
    );
  });

  it('does not depend on how several are grouped', () => {
    fc.assert(
      fc.property(mapping, mapping, mapping, (a, b, c) => {
        fc.pre(!replacesByMapping(a, b) && !replacesByMapping(composeMergePatches(a, b), c));
        return jsonEqual(composeMergePatches(composeMergePatches(a, b), c), composeMergePatches(a, composeMergePatches(b, c)));
      }),
    );
  });
});

describe('isEmptyPatch', () => {
  it.each([
    { patch: {}, empty: true },
    { patch: { a: undefined }, empty: true },
    { patch: { a: null }, empty: false },
    { patch: { a: {} }, empty: false },
  ])('[P-03] says $empty for $patch', ({ patch, empty }) => {
    expect(isEmptyPatch(patch)).toBe(empty);
  });
});

describe('mergePatchEffect', () => {
  const body: JsonObject = { spec: { a: 1, list: [1, { x: 1 }] }, status: { s: 'text', n: null } };
  it.each<{ patch: MergePatch; effect: MergePatch | undefined }>([
    { patch: {}, effect: undefined },
    { patch: { spec: { a: 1 } }, effect: undefined },
    { patch: { spec: { a: 1, list: [1, { x: 1 }] } }, effect: undefined },
    { patch: { spec: { a: 2, list: [1, { x: 1 }] } }, effect: { spec: { a: 2 } } },
    { patch: { spec: { gone: null }, status: { s: null } }, effect: { status: { s: null } } },
    { patch: { status: { n: null } }, effect: { status: { n: null } } },
    { patch: { metadata: { annotations: { gone: null } } }, effect: undefined },
    { patch: { metadata: { annotations: { gone: null, here: 'x' } } }, effect: { metadata: { annotations: { here: 'x' } } } },
    { patch: { spec: { emptyDir: {} } }, effect: { spec: { emptyDir: {} } } },
    { patch: { spec: {} }, effect: undefined },
    { patch: { status: { s: { deep: null } } }, effect: { status: { s: {} } } },
  ])('leaves $effect of $patch', ({ patch, effect }) => {
    expect(mergePatchEffect(body, patch)).toEqual(effect);
  });

  it('has the same result as the whole patch, but for empty mappings', () => {
    fc.assert(
      fc.property(mapping, mapping, (target, patch) => {
        const effect = mergePatchEffect(target, patch);
        const [short, long] = [applyMergePatch(target, effect ?? {}), applyMergePatch(target, patch)];
        return jsonEqual(withoutEmpty(short) ?? {}, withoutEmpty(long) ?? {});
      }),
    );
  });

  it('is nothing exactly when there is nothing to change, and nothing after it was applied', () => {
    fc.assert(
      fc.property(mapping, mapping, (target, patch) => {
        const effect = mergePatchEffect(target, patch);
        if (effect !== undefined) expect(applyMergePatch(target, effect)).not.toBe(target);
        expect(mergePatchEffect(applyMergePatch(target, patch), patch)).toBeUndefined();
      }),
    );
  });
});
