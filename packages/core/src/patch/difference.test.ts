import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveField } from '../cause/field.js';
import { jsonEqual, type Json, type JsonObject } from '../model/json.js';
import { differenceOperations, differencePatch } from './difference.js';
import { applyOperations } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';

describe('differenceOperations', () => {
  it.each<{ what: string; before: JsonObject; after: JsonObject; operations: readonly object[] }>([
    { what: 'nothing for what is equal', before: { a: [1, { b: 2 }] }, after: { a: [1, { b: 2 }] }, operations: [] },
    {
      what: 'a test of absence for what is new',
      before: {},
      after: { 'a/b~c': 1 },
      operations: [
        { op: 'test', path: '/a~1b~0c', value: null },
        { op: 'add', path: '/a~1b~0c', value: 1 },
      ],
    },
    {
      what: 'a test of the old value for what is replaced, and only of that',
      before: { a: { b: 1, busy: 7 } },
      after: { a: { b: 2, busy: 7 } },
      operations: [
        { op: 'test', path: '/a/b', value: 1 },
        { op: 'replace', path: '/a/b', value: 2 },
      ],
    },
    {
      what: 'a test of the element whose place is kept',
      before: { a: ['x', { b: 1 }, 'z'] },
      after: { a: ['x', { b: 2 }, 'z'] },
      operations: [
        { op: 'test', path: '/a/1', value: { b: 1 } },
        { op: 'replace', path: '/a/1', value: { b: 2 } },
      ],
    },
    {
      what: 'removals from the last to the first, each after a test of the element',
      before: { a: ['x', 'y', 'z'] },
      after: { a: ['y'] },
      operations: [
        { op: 'test', path: '/a/2', value: 'z' },
        { op: 'remove', path: '/a/2' },
        { op: 'test', path: '/a/0', value: 'x' },
        { op: 'remove', path: '/a/0' },
      ],
    },
    {
      what: 'a test of the whole list where elements were put in',
      before: { a: ['x'] },
      after: { a: ['x', 'y'] },
      operations: [
        { op: 'test', path: '/a', value: ['x'] },
        { op: 'replace', path: '/a', value: ['x', 'y'] },
      ],
    },
    {
      what: 'a test of the whole list where elements changed and went',
      before: { a: ['x', 'y'] },
      after: { a: ['z'] },
      operations: [
        { op: 'test', path: '/a', value: ['x', 'y'] },
        { op: 'replace', path: '/a', value: ['z'] },
      ],
    },
  ])('[P-09] has $what', ({ before, after, operations }) => {
    expect(differenceOperations(before, after)).toEqual(operations);
  });

  const leaf = fc.constantFrom<Json>(1, 2, 'x', true, [], {});
  const tree = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c/d', '__proto__'), tie('value'), { maxKeys: 3 }),
  })).object;

  it('leads from any state to any other, and is empty exactly between equal ones', () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        const operations = differenceOperations(before, after);
        const applied = applyOperations(before, operations);
        expect(applied.ok && jsonEqual(applied.value, after)).toBe(true);
        expect(operations.length === 0).toBe(jsonEqual(before, after));
      }),
    );
  });

  it('never overwrites what somebody else changed at the places it changes', () => {
    fc.assert(
      fc.property(tree, tree, tree, (before, after, newer) => {
        const applied = applyOperations(newer, differenceOperations(before, after));
        if (!applied.ok) return;
        // It applies only where each place that it changes was as it had been: there, it says what was meant.
        for (const [key, value] of Object.entries(differencePatch(before, after) ?? {})) {
          if (typeof value === 'object' && value !== null) continue;
          expect(resolveField(newer, [key])).toEqual(resolveField(before, [key]));
        }
      }),
    );
  });

  it('has a twin in the form of a merge patch', () => {
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        const patch = differencePatch(before, after);
        expect(patch === undefined).toBe(jsonEqual(before, after));
        if (patch !== undefined) expect(Object.keys(applyMergePatch(before, patch)).sort()).toEqual(Object.keys(after).sort());
      }),
    );
  });
});
