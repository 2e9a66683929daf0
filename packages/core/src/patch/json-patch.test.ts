import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, jsonEqual, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { JsonPatchOperation, MergePatch } from '../model/patch.js';
import { applyOperations, escapePointer, mergePatchToOperations, pointer } from './json-patch.js';
import { applyMergePatch, mergePatchEffect } from './merge-patch.js';

const key = fc.constantFrom('a', 'b', '~', 'x/y', '__proto__', '0');
const mapping = fc.letrec<{ value: Json; mapping: JsonObject }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom<Json>(null, 1, 'x'), fc.constant<Json>([1, null]), tie('mapping')),
  mapping: fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => {
    const object: Record<string, Json | undefined> = {};
    for (const [name, item] of entries) setOwn(object, name, item);
    return object;
  }),
})).mapping;

describe('pointers', () => {
  it.each([
    { text: 'plain', escaped: 'plain' },
    { text: 'a/b', escaped: 'a~1b' },
    { text: 'a~b', escaped: 'a~0b' },
    { text: '~1', escaped: '~01' },
  ])('[P-09] escape $text as $escaped', ({ text, escaped }) => {
    expect(escapePointer(text)).toBe(escaped);
  });

  it('lead through all keys', () => {
    expect(pointer(['metadata', 'annotations', 'a.b/c'])).toBe('/metadata/annotations/a.b~1c');
    expect(pointer([])).toBe('');
  });
});

describe('mergePatchToOperations', () => {
  const uid: JsonPatchOperation = { op: 'test', path: '/metadata/uid', value: 'u1' };
  it.each<[title: string, row: { body: JsonObject; patch: MergePatch; operations: JsonPatchOperation[] }]>([
    [
      'sets leaves',
      {
        body: { status: { a: 1, b: { c: 1 } } },
        patch: { a: 2, b: { c: 2 } },
        operations: [
          { op: 'add', path: '/status/a', value: 2 },
          { op: 'add', path: '/status/b/c', value: 2 },
        ],
      },
    ],
    [
      'removes leaves that are there',
      { body: { status: { a: 1 } }, patch: { a: null, gone: null }, operations: [{ op: 'remove', path: '/status/a' }] },
    ],
    [
      'creates an absent status only where there is none',
      {
        body: {},
        patch: { a: { b: 1, gone: null } },
        operations: [
          { op: 'test', path: '/status', value: null },
          { op: 'add', path: '/status', value: { a: { b: 1 } } },
        ],
      },
    ],
    [
      'creates absent mappings only where there are none',
      {
        body: { status: {} },
        patch: { 'create/spec.x': { message: 'hi' } },
        operations: [
          { op: 'test', path: '/status/create~1spec.x', value: null },
          { op: 'add', path: '/status/create~1spec.x', value: { message: 'hi' } },
        ],
      },
    ],
    [
      'replaces what is no mapping',
      { body: { status: { a: 'text' } }, patch: { a: { b: 1 } }, operations: [{ op: 'add', path: '/status/a', value: { b: 1 } }] },
    ],
    [
      'replaces lists as a whole',
      { body: { status: { a: [1, 2] } }, patch: { a: [2] }, operations: [{ op: 'add', path: '/status/a', value: [2] }] },
    ],
  ])('%s, after the guards', (_, { body, patch, operations }) => {
    expect(mergePatchToOperations(body, patch, { root: ['status'], guards: [uid] })).toEqual([uid, ...operations]);
  });

  it('[P-09] is empty, without guards, when nothing changes', () => {
    expect(mergePatchToOperations({ status: { a: 1 } }, { a: 1, b: null }, { root: ['status'], guards: [uid] })).toEqual([]);
  });

  it('has the same result as what the merge patch changes', () => {
    fc.assert(
      fc.property(mapping, mapping, (body, patch) => {
        const applied = applyOperations(body, mergePatchToOperations(body, patch));
        return applied.ok && jsonEqual(applied.value, applyMergePatch(body, mergePatchEffect(body, patch) ?? {}));
      }),
    );
  });

  it('never loses a leaf that somebody else wrote meanwhile', () => {
    fc.assert(
      fc.property(mapping, mapping, fc.constantFrom('theirs', 'a'), (body, patch, name) => {
        const newer = { ...body, [name]: { theirs: true } };
        const applied = applyOperations(newer, mergePatchToOperations(body, patch));
        if (!applied.ok || !isJsonObject(applied.value)) return;
        // Applied to a newer state: their leaf is there, unless ours was meant for this very place.
        const wanted = Object.hasOwn(patch, name) && !isJsonObject(patch[name]);
        const wasMapping = isJsonObject(body[name]) || !Object.hasOwn(body, name);
        if (!wanted && wasMapping) expect(applied.value[name]).toMatchObject({ theirs: true });
      }),
    );
  });
});

describe('applyOperations', () => {
  const body: JsonObject = { a: { b: 1 }, list: [1, 2], 'x/y': 1, n: null };
  it.each<[title: string, row: { operations: JsonPatchOperation[]; result: JsonObject }]>([
    ['adds a key', { operations: [{ op: 'add', path: '/a/c', value: 2 }], result: { ...body, a: { b: 1, c: 2 } } }],
    ['adds over a key', { operations: [{ op: 'add', path: '/a/b', value: 2 }], result: { ...body, a: { b: 2 } } }],
    ['replaces a key', { operations: [{ op: 'replace', path: '/a/b', value: 2 }], result: { ...body, a: { b: 2 } } }],
    ['removes a key', { operations: [{ op: 'remove', path: '/x~1y' }], result: { a: { b: 1 }, list: [1, 2], n: null } }],
    ['inserts into a list', { operations: [{ op: 'add', path: '/list/1', value: 9 }], result: { ...body, list: [1, 9, 2] } }],
    ['appends to a list', { operations: [{ op: 'add', path: '/list/-', value: 9 }], result: { ...body, list: [1, 2, 9] } }],
    ['appends to a list by its length', { operations: [{ op: 'add', path: '/list/2', value: 9 }], result: { ...body, list: [1, 2, 9] } }],
    ['replaces in a list', { operations: [{ op: 'replace', path: '/list/0', value: 9 }], result: { ...body, list: [9, 2] } }],
    ['removes from a list', { operations: [{ op: 'remove', path: '/list/0' }], result: { ...body, list: [2] } }],
    ['finds null equal to absence in tests', { operations: [{ op: 'test', path: '/none', value: null }], result: body }],
    ['finds null equal to null in tests', { operations: [{ op: 'test', path: '/n', value: null }], result: body }],
    ['compares in depth in tests', { operations: [{ op: 'test', path: '/a', value: { b: 1 } }], result: body }],
  ])('%s', (_, { operations, result }) => {
    expect(applyOperations(body, operations)).toEqual({ ok: true, value: result });
  });

  it.each<[title: string, row: { operation: JsonPatchOperation; reason: string }]>([
    ['a test of another value', { operation: { op: 'test', path: '/a/b', value: 2 }, reason: 'test-failed' }],
    ['a test of null on a value', { operation: { op: 'test', path: '/a', value: null }, reason: 'test-failed' }],
    ['a test inside of what is not there', { operation: { op: 'test', path: '/none/x', value: null }, reason: 'no-such-place' }],
    ['a test of an element past the end', { operation: { op: 'test', path: '/list/7', value: 1 }, reason: 'test-failed' }],
    ['a removal of what is not there', { operation: { op: 'remove', path: '/none' }, reason: 'no-such-place' }],
    ['a replacement of what is not there', { operation: { op: 'replace', path: '/none', value: 1 }, reason: 'no-such-place' }],
    ['an addition below what is not there', { operation: { op: 'add', path: '/none/x', value: 1 }, reason: 'no-such-place' }],
    ['an addition below a scalar', { operation: { op: 'add', path: '/a/b/c', value: 1 }, reason: 'no-such-place' }],
    ['an insertion past the end', { operation: { op: 'add', path: '/list/3', value: 1 }, reason: 'no-such-place' }],
    ['a removal past the end', { operation: { op: 'remove', path: '/list/2' }, reason: 'no-such-place' }],
    ['an index that is no number', { operation: { op: 'remove', path: '/list/01' }, reason: 'no-such-place' }],
  ])('refuses as a whole %s', (_, { operation, reason }) => {
    const operations: JsonPatchOperation[] = [{ op: 'add', path: '/a/c', value: 1 }, operation];
    expect(applyOperations(body, operations)).toEqual({ ok: false, operation, reason });
    expect(body).toEqual({ a: { b: 1 }, list: [1, 2], 'x/y': 1, n: null });
  });
});
