import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../store/json-value.js';
import type { FieldSet } from './field-set.js';
import {
  NOTHING,
  difference,
  equalSets,
  intersection,
  isDisjoint,
  isEmptySet,
  pathsOf,
  readFieldSet,
  setOf,
  union,
  without,
} from './field-set.js';
import { compareElements } from './path-element.js';

const element = fc.oneof(
  fc.constantFrom('f:a', 'f:b', 'f:with/slash', 'f:__proto__', 'v:"x"', 'v:3', 'i:0', 'k:{"id":"x"}', 'k:{"id":"y","port":80}'),
  fc.string().map((name) => `f:${name}`),
);
const path = fc.array(element, { minLength: 1, maxLength: 4 });
const one = (steps: readonly string[]): FieldSet =>
  [...steps].reverse().reduce<FieldSet>((node, step) => Object.fromEntries([[step, node]]), NOTHING);
const fieldSet = fc.array(path, { maxLength: 8 }).map((paths) => paths.map(one).reduce(union, NOTHING));

describe('field sets', () => {
  it('are read from what they are written as', () => {
    fc.assert(
      fc.property(fieldSet, (set) => {
        expect(readFieldSet(JSON.parse(JSON.stringify(set)) as JsonValue)).toEqual(set);
      }),
    );
  });

  it('are in the order of the wire, however they came about', () => {
    const isSorted = (set: FieldSet): boolean => {
      const keys = Object.keys(set).filter((key) => key !== '.');
      return (
        keys.every((key, index) => index === 0 || compareElements(keys[index - 1] ?? '', key) < 0) &&
        keys.every((key) => isSorted(set[key] ?? NOTHING))
      );
    };
    fc.assert(fc.property(fieldSet, fieldSet, (a, b) => isSorted(union(a, b)) && isSorted(union(b, a))));
  });

  it('obey the laws of sets', () => {
    fc.assert(
      fc.property(fieldSet, fieldSet, (a, b) => {
        expect(union(a, a)).toBe(a);
        expect(equalSets(union(a, b), union(b, a))).toBe(true);
        expect(equalSets(intersection(a, b), intersection(b, a))).toBe(true);
        expect(equalSets(union(difference(a, b), intersection(a, b)), a)).toBe(true);
        expect(isEmptySet(intersection(difference(a, b), b))).toBe(true);
        expect(isDisjoint(a, b)).toBe(isEmptySet(intersection(a, b)));
        expect(isEmptySet(difference(a, a))).toBe(true);
        expect(equalSets(difference(union(a, b), b), difference(a, b))).toBe(true);
      }),
    );
  });

  it('return their operand when an operation changes nothing', () => {
    fc.assert(
      fc.property(fieldSet, fieldSet, (a, b) => {
        const both = union(a, b);
        expect(union(both, b)).toBe(both);
        expect(union(both, a)).toBe(both);
        const rest = difference(a, b);
        expect(difference(rest, b)).toBe(rest);
      }),
    );
  });

  it.each([
    { a: ['spec', 'spec.size'], b: ['spec'], rest: ['.spec.size'], whole: [] },
    { a: ['spec.size', 'spec.name'], b: ['spec.size'], rest: ['.spec.name'], whole: ['.spec.name'] },
    { a: ['spec'], b: ['spec.size'], rest: ['.spec'], whole: ['.spec'] },
    { a: ['metadata.labels.a', 'spec.x'], b: ['metadata'], rest: ['.metadata.labels.a', '.spec.x'], whole: ['.spec.x'] },
  ])('take $b from $a, alone or with everything below', ({ a, b, rest, whole }) => {
    expect(pathsOf(difference(setOf(a), setOf(b)))).toEqual(rest);
    expect(pathsOf(without(setOf(a), setOf(b)))).toEqual(whole);
  });

  it('name the members of a level before those of the levels below', () => {
    expect(pathsOf(setOf(['spec.b.c', 'spec.z', 'status']))).toEqual(['.status', '.spec.z', '.spec.b.c']);
  });

  it.each([
    { written: { 'f:a': { '.': {} }, 'x:unknown': {} }, set: { 'f:a': {} } },
    { written: { 'k:{ "b":1, "a":"<" }': {} }, set: { 'k:{"a":"\\u003c","b":1}': {} } },
    { written: { 'i:+7': {} }, set: { 'i:7': {} } },
  ])('bring $written into its normal form', ({ written, set }) => {
    expect(readFieldSet(written)).toEqual(set);
  });

  it.each([{ a: {} }, { 'k:[1]': {} }, { 'v:{': {} }, { 'i:x': {} }])('refuse the malformed %j', (written) => {
    expect(() => readFieldSet(written)).toThrow(SyntaxError);
  });
});
