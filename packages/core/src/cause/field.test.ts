import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../model/json.js';
import type { FieldSpec } from '../model/patch.js';
import { fieldName, fieldPath, removeField, resolveField, setField } from './field.js';

describe('fields', () => {
  it.each([
    { given: 'spec.a.b', path: ['spec', 'a', 'b'] },
    { given: ['metadata', 'annotations', 'example.com/x'], path: ['metadata', 'annotations', 'example.com/x'] },
    { given: '', path: [''] },
    { given: [], path: [] },
  ])('[R-13] reads $given as $path', ({ given, path }) => {
    expect(fieldPath(given)).toEqual(path);
  });

  it.each([5, null, { a: 1 }, ['a', 1]])('[R-13] refuses %o', (given) => {
    expect(() => fieldPath(given as unknown as FieldSpec)).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
  });

  it('[R-07] has a dotted name', () => {
    expect(fieldName(['spec', 'field'])).toBe('spec.field');
  });

  it.each<{ when: string; value: Json | undefined; present: boolean; found: Json | undefined }>([
    { when: 'it has a value', value: { a: { b: 1 } }, present: true, found: 1 },
    { when: 'it is null', value: { a: { b: null } }, present: true, found: null },
    { when: 'the key is absent', value: { a: {} }, present: false, found: undefined },
    { when: 'the key holds undefined', value: { a: { b: undefined } }, present: false, found: undefined },
    { when: 'the parent is absent', value: {}, present: false, found: undefined },
    { when: 'the parent is text', value: { a: 'b' }, present: false, found: undefined },
    { when: 'the parent is a list', value: { a: ['b'] }, present: false, found: undefined },
    { when: 'the parent is a number', value: { a: 5 }, present: false, found: undefined },
    { when: 'there is nothing at all', value: undefined, present: false, found: undefined },
  ])('[F-12] [X-20] finds $found when $when', ({ value, present, found }) => {
    expect(resolveField(value, ['a', 'b'])).toEqual({ present, value: found });
  });

  it('[F-12] does not find what all objects inherit', () => {
    expect(resolveField({}, ['constructor']).present).toBe(false);
    expect(resolveField({ a: [1] }, ['a', 'length']).present).toBe(false);
  });

  it('[X-21] creates parents when setting, and leaves the original alone', () => {
    const target: JsonObject = { a: 'text', z: 1 };
    expect(setField(target, ['a', 'b', 'c'], 5)).toEqual({ a: { b: { c: 5 } }, z: 1 });
    expect(target).toEqual({ a: 'text', z: 1 });
  });

  it.each<{ when: string; value: JsonObject; left: JsonObject }>([
    { when: 'the parents become empty', value: { a: { b: 1 }, z: 1 }, left: { z: 1 } },
    { when: 'the parent holds more', value: { a: { b: 1, c: 2 } }, left: { a: { c: 2 } } },
    { when: 'it is absent, beside others', value: { a: { c: 1 } }, left: { a: { c: 1 } } },
    { when: 'it is absent, in an empty parent', value: { a: {} }, left: {} },
    { when: 'the parent is no mapping', value: { a: 'text' }, left: { a: 'text' } },
  ])('[X-22] leaves $left when $when', ({ value, left }) => {
    expect(removeField(value, ['a', 'b'])).toEqual(left);
  });

  it('finds what was set, at any path', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '__proto__', 'x.y'), { minLength: 1, maxLength: 4 });
    fc.assert(fc.property(path, fc.integer(), (keys, value) => resolveField(setField({ a: 1 }, keys, value), keys).value === value));
  });
});
