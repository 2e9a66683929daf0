import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDiff, diffJson, reduceDiff } from '../src/cause/diff.js';
import { buildEssence, essencesEqual, hashEssence } from '../src/cause/essence.js';
import { removeField, resolveField, setField } from '../src/cause/field.js';
import { isExactNumber } from '../src/model/exact-number.js';
import { parseJson, stringifyJson } from '../src/model/json-text.js';
import { deepFreeze, jsonEqual, plainOf, type Json, type JsonObject } from '../src/model/json.js';
import type { ObjectBody } from '../src/model/object.js';
import type { PatchFunction } from '../src/model/patch.js';
import { differenceOperations, differencePatch } from '../src/patch/difference.js';
import { applyOperations, mergePatchToOperations } from '../src/patch/json-patch.js';
import { toJson } from '../src/patch/json-value.js';
import { applyMergePatch, composeMergePatches, mergePatchEffect } from '../src/patch/merge-patch.js';
import { createPatchView } from '../src/patch/patch-view.js';
import { transformBody } from '../src/patch/transform.js';
import { HOSTILE_KEYS, hostileKey, hostileObject, isPlain, objectOf, strangeText, watchAncestors } from './hostile-json.js';

const pair = fc.tuple(hostileObject, hostileObject);
const path = fc.array(hostileKey, { minLength: 1, maxLength: 4 });
const body = (more: JsonObject): ObjectBody => {
  const metadata = { name: 'a', uid: 'u', resourceVersion: '1', labels: more, annotations: more };
  return applyMergePatch<Json>(more, { apiVersion: 'kopf.dev/v1', kind: 'K', metadata }) as unknown as ObjectBody;
};
const RULES = { extraFields: [['status', '__proto__']], ownsAnnotation: () => false, ownsFields: [['__proto__']] };

/** As a function of a handler leaves it that sets one field. */
function transformed(whole: ObjectBody): ObjectBody {
  const touch: PatchFunction = (draft) => void (draft.spec = { ...draft.spec, x: 1 });
  const result = transformBody(whole, new Map([['h', [touch]]]));
  if (!result.ok) throw result.error;
  return result.body;
}

describe('whatever keys an object has', () => {
  it('[N1, SEC6] what differs, merges and changes nothing that all objects inherit', () => {
    const isUnchanged = watchAncestors();
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const patch = differencePatch(a, b) ?? {};
        const merged = applyMergePatch<JsonObject>(a, b);
        const results = [
          applyDiff(diffJson(a, b), a),
          merged,
          composeMergePatches(a, b),
          mergePatchEffect(a, b) ?? {},
          applyMergePatch<JsonObject>(a, patch),
          buildEssence(body(a), RULES),
          plainOf(deepFreeze(toJson(a, 'it'))),
          parseJson(stringifyJson(b)),
          transformed(body(a)),
        ];
        for (const result of results) expect(isPlain(result)).toBe(true);
        expect(hashEssence(a)).toHaveLength(16);
        expect('polluted' in {}).toBe(false);
        expect(isUnchanged()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('[N1, SEC6] a path reads, sets and removes what the object has itself, and nothing else', () => {
    const isUnchanged = watchAncestors();
    fc.assert(
      fc.property(hostileObject, path, (object, keys) => {
        const own = keys.reduce<unknown>(
          (value, key) =>
            typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
              ? Object.getOwnPropertyDescriptor(value, key)?.value
              : undefined,
          object,
        );
        expect(resolveField(object, keys).value).toBe(own);
        const set = setField(object, keys, 'polluted');
        expect(resolveField(set, keys).value).toBe('polluted');
        expect(resolveField(removeField(set, keys), keys).present).toBe(false);
        expect(isPlain(set) && isPlain(removeField(set, keys))).toBe(true);
        expect('polluted' in {}).toBe(false);
        expect(isUnchanged()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('[N1, SEC6] a patch takes what a handler copies into it as values, and returns it whole', () => {
    fc.assert(
      fc.property(hostileObject, (given) => {
        const view = createPatchView();
        Object.defineProperty(view.view.spec, '__proto__', { value: given, enumerable: true, configurable: true, writable: true });
        (view.view as Record<string, unknown>)['status'] = given;
        const taken = view.take();
        expect(isPlain(taken)).toBe(true);
        expect(
          jsonEqual(
            taken,
            objectOf([
              ['spec', objectOf([['__proto__', given]])],
              ['status', given],
            ]),
          ),
        ).toBe(true);
      }),
    );
  });

  it.each(HOSTILE_KEYS)('[N1, SEC6] where there is no "%s", there is none: it is set as a key, and nothing is set through it', (key) => {
    const none: JsonObject = {};
    const only = objectOf([[key, {}]]);
    expect(jsonEqual(applyMergePatch<JsonObject>(none, only), only)).toBe(true);
    expect(applyMergePatch<JsonObject>(none, objectOf([[key, null]]))).toBe(none);
    expect(mergePatchEffect(none, objectOf([[key, null]]))).toBeUndefined();
    const rounded = plainOf(deepFreeze(parseJson(`{${JSON.stringify(key)}:9007199254740993}`)));
    expect(jsonEqual(rounded, objectOf([[key, 9007199254740992]]))).toBe(true);
    const patch = createPatchView();
    const spec = patch.view.spec as object;
    expect(Object.hasOwn(spec, key) || Reflect.get(spec, '__proto__') !== undefined).toBe(false);
    expect(Reflect.set(spec, key, 'set')).toBe(true);
    expect(jsonEqual(patch.take(), { spec: objectOf([[key, 'set']]) })).toBe(true);
  });

  it('[L-6] operations of a JSON patch find their places, as the merge patch does that they stand for', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const byOperations = applyOperations(a, mergePatchToOperations(a, b));
        const byMerging = applyMergePatch<JsonObject>(a, mergePatchEffect(a, b) ?? {});
        expect(byOperations.ok && jsonEqual(byOperations.value, byMerging)).toBe(true);
        const there = applyOperations(a, differenceOperations(a, b));
        expect(there.ok && jsonEqual(there.value, b)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each(HOSTILE_KEYS)('[L-6] "%s" can be added, changed, found and removed', (key) => {
    const old = objectOf([[key, objectOf([[key, 1]])]]);
    const fresh = objectOf([[key, objectOf([[key, 2]])]]);
    expect(diffJson(old, fresh)).toEqual([{ op: 'change', field: [key, key], old: 1, new: 2 }]);
    expect(diffJson({}, fresh)).toEqual([{ op: 'add', field: [key], old: undefined, new: objectOf([[key, 2]]) }]);
    expect(reduceDiff(diffJson(old, fresh), [key])).toEqual([{ op: 'change', field: [key], old: 1, new: 2 }]);
    expect(essencesEqual(old, fresh)).toBe(false);
    expect(hashEssence(old)).not.toBe(hashEssence(fresh));
    expect(Object.getOwnPropertyNames(applyMergePatch<JsonObject>(old, objectOf([[key, null]])))).toEqual([]);
  });
});

describe('whatever text an object has', () => {
  it('[L-4] it is written and read as it is, unit by unit, beside long numbers, too', () => {
    fc.assert(
      fc.property(strangeText, strangeText, (key, text) => {
        const value = objectOf([[key, [text, objectOf([[text, key]])]]]);
        expect(jsonEqual(parseJson(stringifyJson(value)), value)).toBe(true);
        const withNumber = `{"n":9007199254740993,"v":${stringifyJson(value)},"z":9007199254740993}`;
        expect(jsonEqual((parseJson(withNumber) as JsonObject)['v'], value)).toBe(true);
        expect(stringifyJson(parseJson(withNumber))).toBe(withNumber);
      }),
      { numRuns: 500 },
    );
  });

  it('[L-4] what looks the same but is not is a change, as key and as value', () => {
    expect(diffJson({ a: 'é' }, { a: 'e\u0301' })).toHaveLength(1);
    expect(diffJson({ é: 1 }, { 'e\u0301': 1 })).toHaveLength(2);
    // Twins in what is left of a character, where only half of it is looked at.
    expect(hashEssence({ a: 'a' })).not.toBe(hashEssence({ a: '\u0161' }));
    fc.assert(
      fc.property(strangeText, strangeText, (a, b) => {
        expect(diffJson({ a }, { a: b })).toHaveLength(a === b ? 0 : 1);
        expect(essencesEqual({ a }, { a: b })).toBe(a === b);
        if (a !== b) expect(hashEssence({ a })).not.toBe(hashEssence({ a: b }));
      }),
    );
  });
});

describe('whatever numbers an object has', () => {
  const digits = fc.constantFrom(
    '9007199254740993',
    '-9007199254740993',
    '1700000000123456789',
    '1.10000000000000001',
    '1.10',
    '1.1',
    '-0',
    '0',
    '12',
  );

  it('[L-5] a patch holds nothing that the handler did not touch', () => {
    fc.assert(
      fc.property(digits, digits, fc.boolean(), (one, two, asFunction) => {
        const seen = parseJson(`{"spec":{"a":${one},"list":[${one},{"b":${two}}],"port":"http"}}`) as JsonObject;
        const asUsersSeeIt = plainOf(deepFreeze(seen)) as { readonly spec: JsonObject };
        if (asFunction) {
          const whole = body(seen);
          expect(differencePatch(whole, transformed(whole))).toEqual({ spec: { x: 1 } });
        } else {
          expect(mergePatchEffect(seen, { spec: { ...asUsersSeeIt.spec, x: 1 } })).toEqual({ spec: { x: 1 } });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('[L-5] numbers that differ by less than JavaScript can say are different, those that are written otherwise are not', () => {
    const of = (text: string): JsonObject => parseJson(`{"n":${text}}`) as JsonObject;
    expect(diffJson(of('9007199254740993'), of('9007199254740992'))).toHaveLength(1);
    expect(diffJson(of('1700000000123456789'), of('1700000000123456788'))).toHaveLength(1);
    expect(diffJson(of('1.10'), of('1.1'))).toEqual([]);
    expect(diffJson(of('-0'), of('0'))).toEqual([]);
    expect(diffJson({ n: 80 }, { n: '80' })).toHaveLength(1);
    expect(isExactNumber(of('9007199254740993')['n'])).toBe(true);
  });

  it('[L-5] what is past all numbers is refused with its place, and is not written as nothing', () => {
    const spec = { n: JSON.parse('1e400') as number };
    expect(() => toJson({ spec }, 'patch')).toThrow(
      expect.objectContaining({ code: 'KOPF_NOT_JSON', message: expect.stringContaining('patch.spec.n') }),
    );
  });
});
