import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { deepFreeze, isArray, isObject } from '../store/json-value.js';
import { applyJsonPatch } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';
import { PatchNotApplicableError } from './patch-error.js';
import { applyStrategicMerge } from './strategic-merge.js';

const KEY = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'a/b', 'm~n');
const { value: VALUE, object: OBJECT } = fc.letrec<{ value: JsonValue; object: JsonObject; list: JsonValue[] }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string({ maxLength: 3 }), fc.constant(null), fc.boolean(), tie('object'), tie('list')),
  object: fc.dictionary(KEY, tie('value'), { maxKeys: 3 }),
  list: fc.array(tie('value'), { maxLength: 3 }),
}));
const hasNull = (value: JsonValue): boolean =>
  value === null || (isArray(value) ? value.some(hasNull) : isObject(value) && Object.values(value).some(hasNull));
const text = (value: JsonValue): string => JSON.stringify(value);

describe('merge patches', () => {
  it('give the patch itself when there was nothing, without its nulls', () => {
    fc.assert(
      fc.property(OBJECT, (patch) => {
        const result = applyMergePatch({}, patch);
        if (!hasNull(patch)) expect(text(result)).toBe(text(patch));
      }),
    );
  });

  it('change nothing when applied a second time', () => {
    fc.assert(
      fc.property(OBJECT, OBJECT, (document, patch) => {
        const once = applyMergePatch(document, patch);
        expect(applyMergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  it('leave the document as it was and share what they do not touch', () => {
    const document = deepFreeze({ kept: { x: 1 }, changed: { y: 1 } });
    const result = applyMergePatch(document, { changed: { y: 2 } });
    expect(result['kept']).toBe(document['kept']);
    expect(document).toEqual({ kept: { x: 1 }, changed: { y: 1 } });
  });
});

describe('JSON patches', () => {
  const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

  it('find what they added, at any key', () => {
    fc.assert(
      fc.property(OBJECT, KEY, VALUE, (document, key, value) => {
        const path = `/${escaped(key)}`;
        expect(() =>
          applyJsonPatch(document, [
            { op: 'add', path, value },
            { op: 'test', path, value },
          ]),
        ).not.toThrow();
      }),
    );
  });

  it('give back the document when they remove what they added', () => {
    fc.assert(
      fc.property(OBJECT, VALUE, (document, value) => {
        expect(
          applyJsonPatch(document, [
            { op: 'add', path: '/new', value },
            { op: 'remove', path: '/new' },
          ]),
        ).toEqual(document);
      }),
    );
  });

  it('never change the document they are given, whether they apply or not', () => {
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'test', 'copy', 'move'),
      path: fc.constantFrom('', '/a', '/a/b', '/a/0', '/a/-', '/b/c', '/__proto__/x', 'x'),
      from: fc.constantFrom('/a', '/b', '/a/0'),
      value: VALUE,
    }) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(OBJECT, fc.array(operation, { maxLength: 4 }), (document, operations) => {
        const before = text(document);
        try {
          applyJsonPatch(document, operations);
        } catch (error) {
          expect(error).toBeInstanceOf(PatchNotApplicableError);
        }
        expect(text(document)).toBe(before);
      }),
    );
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    { operation: { op: 'replace', path: '/new', value: 1 }, result: { list: [1, 2], new: 1 } },
    { operation: { op: 'add', path: '/list/-1', value: 3 }, result: { list: [1, 2, 3] } },
    { operation: { op: 'remove', path: '/list/-1' }, result: { list: [1] } },
    { operation: { op: 'replace', path: '', value: { x: 1 } }, result: { x: 1 } },
    { operation: { op: 'copy', from: '/none', path: '/new' }, result: { list: [1, 2], new: null } },
  ])('apply $operation like the library of kube-apiserver, not like the RFC', ({ operation, result }) => {
    expect(applyJsonPatch({ list: [1, 2] }, [operation])).toEqual(result);
  });
});

describe('strategic merge patches', () => {
  const pod = {
    spec: {
      containers: [
        { name: 'a', image: '1', env: [{ name: 'X', value: '1' }] },
        { name: 'b', image: '1' },
      ],
    },
  };

  it.each([
    {
      does: 'merges containers by name',
      patch: { spec: { containers: [{ name: 'a', image: '2' }] } },
      containers: [
        { name: 'a', image: '2', env: [{ name: 'X', value: '1' }] },
        { name: 'b', image: '1' },
      ],
    },
    {
      does: 'removes a container',
      patch: { spec: { containers: [{ name: 'a', $patch: 'delete' }] } },
      containers: [{ name: 'b', image: '1' }],
    },
    {
      does: 'adds a container, in front',
      patch: { spec: { containers: [{ name: 'c' }] } },
      containers: [{ name: 'c' }, ...pod.spec.containers],
    },
    { does: 'replaces all', patch: { spec: { containers: [{ $patch: 'replace' }, { name: 'c' }] } }, containers: [{ name: 'c' }] },
    {
      does: 'ignores the order of elements',
      patch: { spec: { '$setElementOrder/containers': [{ name: 'a' }] } },
      containers: pod.spec.containers,
    },
  ])('$does', ({ patch, containers }) => {
    expect(applyStrategicMerge(pod, structuredClone(patch), 'core.v1.Pod')).toEqual({ spec: { containers } });
  });

  it('replaces a map and deletes by null', () => {
    const config = { data: { a: '1', b: '2' } };
    expect(applyStrategicMerge(config, { data: { $patch: 'replace', c: '3' } }, 'core.v1.ConfigMap')).toEqual({ data: { c: '3' } });
    expect(applyStrategicMerge(config, { data: { a: null } }, 'core.v1.ConfigMap')).toEqual({ data: { b: '2' } });
  });
});
