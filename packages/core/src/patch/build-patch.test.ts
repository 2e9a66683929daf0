import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepFreeze, isJsonObject, type JsonObject } from '../model/json.js';
import type { ObjectWrite } from '../model/object-write.js';
import type { ObjectBody, ObjectRef } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import type { Resource } from '../model/resource.js';
import { planWrites, withResult, type WriteInput } from './build-patch.js';
import { applyOperations } from './json-patch.js';
import { applyMergePatch } from './merge-patch.js';

const OURS = 'kopf.zalando.org/KopfFinalizerMarker';
const LHC = 'kopf.zalando.org/last-handled-configuration';

const resource: Resource = {
  group: 'kopf.dev',
  version: 'v1',
  plural: 'kopfexamples',
  kind: 'KopfExample',
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};
const ref: ObjectRef = { resource, namespace: 'default', name: 'x', uid: 'u1' };

function body(metadata: JsonObject = {}, stanzas: JsonObject = {}): ObjectBody {
  const meta = { name: 'x', namespace: 'default', uid: 'u1', resourceVersion: '5', ...metadata };
  return deepFreeze({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', ...stanzas, metadata: meta });
}

function plan(input: Partial<WriteInput>) {
  const writes = planWrites({ body: body(), ref, statusSubresource: true, results: {}, bookkeeping: {}, ...input });
  return writes.map(({ write, why }) => ({ write, why }));
}

const annotate = (annotations: JsonObject): MergePatch => ({ metadata: { annotations } });
const isStatus = (write: ObjectWrite) => write.kind === 'json' && write.endpoint === 'status';

/** As the server does: `/status` keeps only the status, the main endpoint keeps it away; a wrong uid is refused. */
function commit(object: ObjectBody, write: ObjectWrite, statusSubresource: boolean): ObjectBody {
  const merged = write.kind === 'merge' ? applyMergePatch<JsonObject>(object, write.patch) : operated(object, write);
  if (!statusSubresource) return merged as ObjectBody;
  const { status, ...rest } = merged;
  const { status: before, ...others } = object as JsonObject;
  const [kept, main] = isStatus(write) ? [status, others] : [before, rest];
  return { ...main, ...(kept === undefined ? {} : { status: kept }) } as ObjectBody;
}

function operated(object: ObjectBody, write: Extract<ObjectWrite, { kind: 'json' }>): JsonObject {
  const applied = applyOperations(object, write.operations);
  if (!applied.ok || !isJsonObject(applied.value)) throw new Error('refused');
  return applied.value;
}

describe('planWrites', () => {
  it('writes nothing when nothing is wanted', () => {
    expect(plan({})).toEqual([]);
  });

  it('writes nothing when nothing changes', () => {
    const seen = body({ annotations: { a: 'x' } }, { status: { fn: { message: 'hi' } } });
    expect(plan({ body: seen, results: { status: { fn: { message: 'hi' } } }, bookkeeping: annotate({ a: 'x', gone: null }) })).toEqual([]);
  });

  it('[PA-03] [RS-07] sends results to the status first, the diff base last', () => {
    const writes = plan({ results: { status: { create_fn: { message: 'hello world' } } }, bookkeeping: annotate({ [LHC]: '{}\n' }) });
    expect(writes).toEqual([
      {
        why: 'results',
        write: {
          kind: 'json',
          ref,
          endpoint: 'status',
          operations: [
            { op: 'test', path: '/metadata/uid', value: 'u1' },
            { op: 'test', path: '/status', value: null },
            { op: 'add', path: '/status', value: { create_fn: { message: 'hello world' } } },
          ],
        },
      },
      {
        why: 'progress',
        write: {
          kind: 'json',
          ref,
          endpoint: 'main',
          operations: [
            { op: 'test', path: '/metadata/uid', value: 'u1' },
            { op: 'test', path: '/metadata/annotations', value: null },
            { op: 'add', path: '/metadata/annotations', value: { [LHC]: '{}\n' } },
          ],
        },
      },
    ]);
  });

  it('[PA-03] sends everything to the main endpoint without a status subresource', () => {
    const writes = plan({ statusSubresource: false, results: { status: { a: 1 }, spec: { b: 2 } }, bookkeeping: annotate({ c: '3' }) });
    expect(writes).toEqual([
      {
        why: 'progress',
        write: {
          kind: 'json',
          ref,
          endpoint: 'main',
          operations: [
            { op: 'test', path: '/metadata/uid', value: 'u1' },
            { op: 'test', path: '/status', value: null },
            { op: 'add', path: '/status', value: { a: 1 } },
            { op: 'test', path: '/spec', value: null },
            { op: 'add', path: '/spec', value: { b: 2 } },
            { op: 'test', path: '/metadata/annotations', value: null },
            { op: 'add', path: '/metadata/annotations', value: { c: '3' } },
          ],
        },
      },
    ]);
  });

  it('names what a request is for', () => {
    expect(plan({ results: { spec: { a: 1 } } }).map(({ why }) => why)).toEqual(['results']);
    expect(plan({ statusSubresource: false, results: { status: { a: 1 } } }).map(({ why }) => why)).toEqual(['results']);
  });

  it('[Z-05] removes the finalizer in the same request as progress, after everything else', () => {
    const seen = body({ finalizers: ['other/one', OURS], annotations: { 'kopf.zalando.org/fn': '{}' } }, { status: { a: 1 } });
    const writes = plan({
      body: seen,
      results: { status: { fn: 'bye' } },
      bookkeeping: annotate({ 'kopf.zalando.org/fn': null }),
      finalizer: { name: OURS, change: 'remove' },
    });
    expect(writes.map(({ why }) => why)).toEqual(['results', 'finalizer']);
    expect(writes[1]?.write).toEqual({
      kind: 'json',
      ref,
      endpoint: 'main',
      operations: [
        { op: 'test', path: '/metadata/uid', value: 'u1' },
        { op: 'test', path: '/metadata/finalizers/1', value: OURS },
        { op: 'test', path: '/metadata/annotations/kopf.zalando.org~1fn', value: '{}' },
        { op: 'remove', path: '/metadata/annotations/kopf.zalando.org~1fn' },
        { op: 'remove', path: '/metadata/finalizers/1' },
      ],
    });
  });

  it('[Z-03] adds the finalizer alone', () => {
    expect(plan({ finalizer: { name: OURS, change: 'add' } })).toEqual([
      {
        why: 'finalizer',
        write: {
          kind: 'json',
          ref,
          endpoint: 'main',
          operations: [
            { op: 'test', path: '/metadata/uid', value: 'u1' },
            { op: 'test', path: '/metadata/finalizers', value: null },
            { op: 'add', path: '/metadata/finalizers', value: [OURS] },
          ],
        },
      },
    ]);
  });

  it('does not send a finalizer change that is done already', () => {
    expect(plan({ body: body({ finalizers: [OURS] }), finalizer: { name: OURS, change: 'add' } })).toEqual([]);
    const writes = plan({ finalizer: { name: OURS, change: 'remove' }, bookkeeping: annotate({ a: 'x' }) });
    expect(writes).toMatchObject([{ why: 'progress', write: { kind: 'json' } }]);
  });

  it('changes our finalizer in the list that a handler sets as a whole', () => {
    const seen = body({ finalizers: ['a/b', OURS] });
    const results = { metadata: { finalizers: ['c/d', OURS] } };
    expect(plan({ body: seen, results, finalizer: { name: OURS, change: 'remove' } })).toMatchObject([
      { why: 'finalizer', write: { kind: 'merge', patch: { metadata: { uid: 'u1', finalizers: ['c/d'] } } } },
    ]);
    expect(plan({ results: { metadata: { finalizers: ['c/d'] } }, finalizer: { name: OURS, change: 'add' } })).toMatchObject([
      { why: 'finalizer', write: { kind: 'merge', patch: { metadata: { uid: 'u1', finalizers: ['c/d', OURS] } } } },
    ]);
  });

  it('writes the status last when the records are kept there, but never after the finalizer', () => {
    const bookkeeping = { status: { kopf: { progress: { fn: { retries: 1 } } } } };
    const order = (input: Partial<WriteInput>) => plan({ bookkeeping, ...input }).map(({ write }) => (isStatus(write) ? 'status' : 'main'));
    expect(order({ results: { spec: { a: 1 } } })).toEqual(['main', 'status']);
    expect(order({ body: body({ finalizers: [OURS] }), finalizer: { name: OURS, change: 'remove' } })).toEqual(['status', 'main']);
  });

  it.each([
    {
      what: 'the diff base, with the progress in the status',
      bookkeeping: { status: { kopf: { progress: { fn: null } } }, metadata: { annotations: { base: 'x' } } },
      order: ['status', 'main'],
    },
    {
      what: 'the diff base, with the progress in annotations',
      bookkeeping: { status: { kopf: { base: 'x' } }, metadata: { annotations: { fn: null } } },
      order: ['main', 'status'],
    },
  ])('sends $what, last: a crash in between repeats handlers, but loses no result', ({ bookkeeping, order }) => {
    const seen = body({ annotations: { fn: '{}' } }, { status: { kopf: { progress: { fn: {} } } } });
    const results = { status: { fn: 'done' }, metadata: { labels: { a: 'x' } } };
    expect(plan({ body: seen, results, bookkeeping }).map(({ write }) => (isStatus(write) ? 'status' : 'main'))).toEqual(order);
  });

  it('does not let a patch change the identity that it is bound to', () => {
    expect(plan({ results: { metadata: { uid: 'stolen', labels: { a: 'x' } } } })).toMatchObject([
      { write: { patch: { metadata: { uid: 'u1', labels: { a: 'x' } } } } },
    ]);
    const [withNotes] = plan({ results: { metadata: { uid: 'stolen', labels: { a: 'x' } } }, bookkeeping: annotate({ c: '3' }) });
    expect(JSON.stringify(withNotes)).not.toContain('stolen');
  });

  it('[K8] writes what is kept on the object only where it is as it was read: over a record, over none, and in the status', () => {
    const seen = body(
      { annotations: { mine: '1', old: 'x', theirs: 'y' } },
      { status: { kopf: { progress: { fn: { retries: 1 }, gone: {} } } } },
    );
    const [main, status] = plan({
      body: seen,
      bookkeeping: {
        metadata: { annotations: { mine: '2', old: null, fresh: '3' } },
        status: { kopf: { progress: { fn: { retries: 2 }, gone: null } } },
      },
    });
    expect(main).toMatchObject({
      write: {
        operations: [
          { op: 'test', path: '/metadata/uid', value: 'u1' },
          { op: 'test', path: '/metadata/annotations/mine', value: '1' },
          { op: 'add', path: '/metadata/annotations/mine', value: '2' },
          { op: 'test', path: '/metadata/annotations/old', value: 'x' },
          { op: 'remove', path: '/metadata/annotations/old' },
          { op: 'test', path: '/metadata/annotations/fresh', value: null },
          { op: 'add', path: '/metadata/annotations/fresh', value: '3' },
        ],
      },
    });
    expect(status).toMatchObject({
      write: {
        operations: [
          { op: 'test', path: '/metadata/uid', value: 'u1' },
          { op: 'test', path: '/status/kopf/progress/fn/retries', value: 1 },
          { op: 'add', path: '/status/kopf/progress/fn/retries', value: 2 },
          { op: 'test', path: '/status/kopf/progress/gone', value: {} },
          { op: 'remove', path: '/status/kopf/progress/gone' },
        ],
      },
    });
  });

  it('binds what is kept on the object to the version where its tests fail although nobody was faster', () => {
    const seen = body({ annotations: { mine: '1' } });
    const [write] = plan({ body: seen, bookkeeping: annotate({ mine: '2' }), guard: 'version' });
    expect(write?.write).toMatchObject({
      operations: [
        { op: 'test', path: '/metadata/uid' },
        { op: 'test', path: '/metadata/resourceVersion', value: seen.metadata.resourceVersion },
        { op: 'add', path: '/metadata/annotations/mine', value: '2' },
      ],
    });
  });

  const text = fc.constantFrom('1', '2', null);
  const words = fc.dictionary(fc.constantFrom('a', 'b', 'c/d'), text);
  const patches = fc.record({ status: words, spec: words, metadata: fc.record({ annotations: words }) }, { requiredKeys: [] });
  const seen = fc
    .record({ status: fc.dictionary(fc.constantFrom('a', 'b'), fc.constant('1')), spec: words, finalizers: fc.subarray(['x/y', OURS]) })
    .map(({ finalizers, spec, status }) =>
      body(finalizers.length > 0 ? { finalizers } : {}, { spec, ...(Object.keys(status).length > 0 ? { status } : {}) }),
    );
  const finalizer = fc.constantFrom(undefined, { name: OURS, change: 'add' as const }, { name: OURS, change: 'remove' as const });
  const inputs = fc.record({ body: seen, results: patches, bookkeeping: patches, statusSubresource: fc.boolean(), finalizer });

  it('binds every request to the uid, at most one per endpoint', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const writes = planWrites({ ref, ...input }).map(({ write }) => write);
        expect(new Set(writes.map(isStatus)).size).toBe(writes.length);
        for (const write of writes) {
          if (write.kind === 'merge') expect(write.patch).toMatchObject({ metadata: { uid: 'u1' } });
          else expect(write.operations[0]).toEqual({ op: 'test', path: '/metadata/uid', value: 'u1' });
        }
      }),
    );
  });

  it('gets everything done in one go: afterwards there is nothing left to write', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const after = planWrites({ ref, ...input }).reduce(
          (object, { write }) => commit(object, write, input.statusSubresource),
          input.body,
        );
        expect(planWrites({ ref, ...input, body: after })).toEqual([]);
        if (input.finalizer) expect(after.metadata.finalizers?.includes(OURS) ?? false).toBe(input.finalizer.change === 'add');
      }),
    );
  });
});

describe('withResult', () => {
  it.each([
    { id: 'create_fn', result: { message: 'hi' }, patch: { status: { create_fn: { message: 'hi' } } } },
    { id: 'create_fn/spec.field', result: 5, patch: { status: { 'create_fn/spec.field': 5 } } },
    { id: 'fn', result: [1, null], patch: { status: { fn: [1, null] } } },
    { id: 'fn', result: false, patch: { status: { fn: false } } },
    { id: 'fn', result: '', patch: { status: { fn: '' } } },
    { id: 'fn', result: undefined, patch: {} },
    { id: 'fn', result: null, patch: {} },
  ])('[RS-01] [RS-04] puts $result of $id under its full id', ({ id, result, patch }) => {
    expect(withResult({}, id, result)).toEqual(patch);
  });

  it.each([
    { put: { fn: { kept: 1, replaced: { a: 1 } } }, result: { replaced: { b: 2 } }, status: { fn: { kept: 1, replaced: { b: 2 } } } },
    { put: { fn: { kept: 1 } }, result: [1], status: { fn: [1] } },
    { put: { fn: 'text', other: 1 }, result: { a: 1 }, status: { fn: { a: 1 }, other: 1 } },
    { put: { fn: { kept: 1 } }, result: null, status: { fn: { kept: 1 } } },
  ])('[RS-02] merges $result into $put, one level deep', ({ put, result, status }) => {
    expect(withResult({ spec: { x: 1 }, status: put }, 'fn', result)).toEqual({ spec: { x: 1 }, status });
  });

  it('[RS-01] refuses for good what is no JSON', () => {
    expect(() => withResult({}, 'fn', { at: new Date(0) })).toThrow(
      expect.objectContaining({ code: 'KOPF_NOT_JSON', message: expect.stringContaining("the result of 'fn'.at") }),
    );
  });
});
