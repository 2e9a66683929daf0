import { describe, expect, it } from 'vitest';
import { deepFreeze, type JsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { PatchFunction } from '../model/patch.js';
import type { Resource } from '../model/resource.js';
import { applyOperations } from './json-patch.js';
import { mergedState, planWrites, type WriteInput } from './build-patch.js';
import { pendingBody, transformBody, type Transformed } from './transform.js';

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
const ref = { resource, namespace: 'default', name: 'x', uid: 'u1' };
const UID = { op: 'test', path: '/metadata/uid', value: 'u1' };
const OURS = 'kopf.zalando.org/KopfFinalizerMarker';

function body(stanzas: JsonObject = {}, metadata: JsonObject = {}): ObjectBody {
  const meta = { name: 'x', namespace: 'default', uid: 'u1', resourceVersion: '5', ...metadata };
  return deepFreeze({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', ...stanzas, metadata: meta });
}

function transform(seen: ObjectBody, ...fns: PatchFunction[]): Transformed {
  return transformBody(seen, new Map([['fn', fns]]));
}

function transformed(seen: ObjectBody, ...fns: PatchFunction[]): ObjectBody {
  const result = transform(seen, ...fns);
  if (!result.ok) throw result.error;
  return result.body;
}

/** The requests of a pass with these functions. */
function plan(input: Partial<WriteInput>, ...fns: PatchFunction[]) {
  const basis: WriteInput = { body: body(), ref, statusSubresource: true, results: {}, bookkeeping: {}, ...input };
  return planWrites({ ...basis, transformed: transformed(mergedState(basis), ...fns) }).map(({ write, why }) => ({ write, why }));
}

describe('transformation functions', () => {
  it('[P-05] get a copy that they may change in depth, and return nothing', () => {
    const seen = body({ spec: { items: [{ a: 1 }] } });
    const after = transformed(seen, (copy) => {
      copy.spec.items[0].a = 2;
      copy.spec.items.push('new');
      return { ignored: true } as never;
    });
    expect(after['spec']).toEqual({ items: [{ a: 2 }, 'new'] });
    expect(seen['spec']).toEqual({ items: [{ a: 1 }] });
  });

  it('[P-07] are called in order, each with what those before it left', () => {
    const after = transformed(
      body({ spec: { list: ['a'] } }),
      (copy) => copy.spec.list.push('b'),
      (copy) => copy.spec.list.push(`${String(copy.spec.list.length)}`),
    );
    expect(after['spec']).toEqual({ list: ['a', 'b', '2'] });
  });

  it('cannot change which object it is', () => {
    const after = transformed(body(), (copy) => {
      copy.metadata = { uid: 'stolen', resourceVersion: '9', labels: { a: 'x' } };
      copy.kind = 'Other';
    });
    expect(after).toMatchObject({ kind: 'KopfExample', metadata: { ...body().metadata, labels: { a: 'x' } } });
    expect(transformed(body(), (copy) => delete copy.metadata).metadata).toEqual(body().metadata);
  });

  it('say whose function threw, and what; the others change nothing then', () => {
    const broken = new Error('broken');
    const result = transformBody(
      body({ spec: {} }),
      new Map<string, PatchFunction[]>([
        ['good', [(copy) => (copy.spec.a = 1)]],
        [
          'bad',
          [
            () => {
              throw broken;
            },
          ],
        ],
      ]),
    );
    expect(result).toEqual({ ok: false, handler: 'bad', error: broken });
  });

  it('must not be async', () => {
    const result = transform(body(), (async () => Promise.reject(new Error('late'))) as PatchFunction);
    expect(result).toMatchObject({ ok: false, error: { code: 'KOPF_ASYNC_TRANSFORMATION' } });
  });

  it('must leave JSON behind', () => {
    const result = transform(body({ spec: {} }), (copy) => (copy.spec.at = new Date(0)));
    expect(result).toMatchObject({ ok: false, error: { code: 'KOPF_NOT_JSON' } });
  });

  it('are left out of what later handlers see when they fail', () => {
    const fails: PatchFunction = () => {
      throw new Error('no');
    };
    expect(pendingBody(body(), [{ status: { a: 1 } }], new Map([['fn', [fails]]]))['status']).toEqual({ a: 1 });
  });
});

describe('planWrites with functions', () => {
  const append: PatchFunction = (copy) => {
    if (!copy.spec.hosts.includes('new')) copy.spec.hosts.push('new');
  };

  it('[PA-12] has no request for functions that change nothing', () => {
    expect(plan({ body: body({ spec: { hosts: ['new'] } }) }, append)).toEqual([]);
  });

  it('[P-07] has one request for merged fields, functions and bookkeeping, in this order', () => {
    const writes = plan(
      {
        body: body({ spec: { hosts: ['a'] } }),
        results: { spec: { size: 1 } },
        bookkeeping: { metadata: { annotations: { k: 'v' } } },
      },
      (copy) => (copy.spec.double = copy.spec.size * 2),
    );
    expect(writes).toEqual([
      {
        why: 'progress',
        write: {
          kind: 'json',
          ref,
          endpoint: 'main',
          operations: [
            UID,
            { op: 'add', path: '/spec/size', value: 1 },
            { op: 'test', path: '/metadata/annotations', value: null },
            { op: 'add', path: '/metadata/annotations', value: { k: 'v' } },
            { op: 'test', path: '/spec/double', value: null },
            { op: 'add', path: '/spec/double', value: 2 },
          ],
        },
      },
    ]);
  });

  it('[PA-07] splits what they change between the endpoints', () => {
    const both: PatchFunction = (copy) => {
      copy.status = { ...copy.status, seen: true };
      copy.spec.hosts = [];
    };
    const seen = body({ spec: { hosts: ['a'] }, status: { made: 1 } });
    expect(plan({ body: seen, results: { status: { made: 2 } } }, both).map(({ write }) => write)).toMatchObject([
      {
        endpoint: 'status',
        operations: [
          UID,
          { op: 'add', path: '/status/made', value: 2 },
          { op: 'test', path: '/status/seen', value: null },
          { op: 'add', path: '/status/seen', value: true },
        ],
      },
      { endpoint: 'main', operations: [UID, { op: 'test', path: '/spec/hosts/0', value: 'a' }, { op: 'remove', path: '/spec/hosts/0' }] },
    ]);
    expect(plan({ body: seen, statusSubresource: false }, both)).toMatchObject([{ write: { endpoint: 'main' } }]);
  });

  it('[PA-10] tests what it replaces, never the resourceVersion', () => {
    const operations = plan({ body: body({ spec: { hosts: ['a'], n: 1 } }) }, append, (copy) => (copy.spec.n += 1)).flatMap(({ write }) =>
      write.kind === 'json' ? write.operations : [],
    );
    expect(operations.filter(({ op }) => op === 'test').map(({ path }) => path)).toEqual(['/metadata/uid', '/spec/hosts', '/spec/n']);
  });

  it('keeps the merge patch for an endpoint where they change nothing', () => {
    expect(plan({ results: { spec: { a: 1 } } }, (copy) => (copy.status = { x: 1 })).map(({ write }) => write)).toMatchObject([
      { kind: 'json', endpoint: 'status' },
      { kind: 'merge' },
    ]);
  });

  it('[PA-35] removes our finalizer in the same request, last', () => {
    const seen = body({ spec: { hosts: ['a'] } }, { finalizers: ['x/y', OURS] });
    const writes = plan({ body: seen, finalizer: { name: OURS, change: 'remove' } }, append);
    expect(writes).toMatchObject([
      {
        why: 'finalizer',
        write: {
          operations: [
            UID,
            { op: 'test', path: '/metadata/finalizers/1', value: OURS },
            { op: 'test', path: '/spec/hosts', value: ['a'] },
            { op: 'replace', path: '/spec/hosts', value: ['a', 'new'] },
            { op: 'remove', path: '/metadata/finalizers/1' },
          ],
        },
      },
    ]);
  });

  it.each([
    { change: 'remove' as const, seen: ['x/y', OURS], left: ['z/z'] },
    { change: 'add' as const, seen: ['x/y'], left: ['z/z', OURS] },
  ])('$change ours in the list of finalizers that a function sets', ({ change, seen, left }) => {
    const writes = plan({ body: body({}, { finalizers: seen }), finalizer: { name: OURS, change } }, (copy) => {
      copy.metadata.finalizers = ['z/z', ...(change === 'remove' ? [OURS] : [])];
    });
    const [only] = writes;
    if (only?.write.kind !== 'json') throw new Error('expected operations');
    expect(writes).toHaveLength(1);
    expect(only.why).toBe('finalizer');
    expect(applyOperations(body({}, { finalizers: seen }), only.write.operations)).toMatchObject({
      ok: true,
      value: { metadata: { finalizers: left } },
    });
  });
});
