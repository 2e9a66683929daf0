import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepFreeze, jsonEqual, presentKeys, setOwn, type Json } from './json.js';

describe('JSON values', () => {
  it.each<{ a: unknown; b: unknown; equal: boolean; when: string }>([
    { a: { x: 1, y: 2 }, b: { y: 2, x: 1 }, equal: true, when: 'only the order of keys differs' },
    { a: { x: undefined }, b: {}, equal: true, when: 'a key holds undefined' },
    { a: 1, b: true, equal: false, when: 'one is a number and one a boolean' },
    { a: '1', b: 1, equal: false, when: 'one is text' },
    { a: { x: null }, b: {}, equal: false, when: 'one has an explicit null' },
    { a: [1, 2], b: [2, 1], equal: false, when: 'the order of a list differs' },
    { a: [], b: {}, equal: false, when: 'one is a list' },
    { a: null, b: undefined, equal: false, when: 'one is absent' },
    { a: {}, b: { toString: 1 }, equal: false, when: 'one has a key that all objects inherit' },
  ])('[F-19] says $equal when $when', ({ a, b, equal }) => {
    expect(jsonEqual(a as Json, b as Json)).toBe(equal);
    expect(jsonEqual(b as Json, a as Json)).toBe(equal);
  });

  it('is equal to its copy', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => jsonEqual(value as Json, JSON.parse(JSON.stringify(value)) as Json)));
  });

  it('counts undefined as absent', () => {
    expect(presentKeys({ a: 1, b: undefined, c: null })).toEqual(['a', 'c']);
  });

  it('treats __proto__ as a key like any other', () => {
    const target: Record<string, Json | undefined> = {};
    setOwn(target, '__proto__', { polluted: true });
    expect(Object.keys(target)).toEqual(['__proto__']);
    expect('polluted' in target).toBe(false);
  });

  it('freezes in depth, and returns the same value', () => {
    const value = { a: [{ b: 1 }] };
    expect(deepFreeze(value)).toBe(value);
    expect(Object.isFrozen(value.a[0])).toBe(true);
  });
});
