import { apply, isKopfError, type AppliedChild, type HandlerArgs, type ObjectBody } from '@kopfts/core';
import type { Harness } from '@kopfts/testing';
import { V1ConfigMap, V1ObjectMeta } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, KIND } from './world.js';

const settings = (field: unknown, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
  data: { field: String(field) },
});
const configMap = (name: string, namespace = 'default') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
const configMaps = async (world: Harness): Promise<readonly ObjectBody[]> => world.list({ apiVersion: 'v1', kind: 'ConfigMap' });
const applied = (world: Harness) => world.factsOf('child-applied').map(({ how }) => how);
const applies = (world: Harness) => world.writes().filter(({ contentType }) => contentType?.includes('apply-patch'));
/** The settings of each object in a config map. */
const keepSettings = (kopf: Parameters<Parameters<typeof createWorld>[0]>[0], metadata?: object): void => {
  kopf.on.reconcile('KopfExample', { id: 'keep', owns: ['configmaps'] }, async (ctx) => {
    await apply(ctx, settings(ctx.spec.field, metadata));
  });
};

describe('apply', () => {
  it('[D10] makes one child with a name that follows from its owner, which it refers to, whatever became of the operator', async () => {
    const world = await createWorld((kopf) => keepSettings(kopf), { objects: [example('a', { spec: { field: 1 } })] });
    await world.start();
    await world.advance(10);
    const [child] = await configMaps(world);
    const owner = await world.get(A);
    expect(child?.metadata.name).toMatch(/^a-[0-9a-z]{11}$/);
    expect(child).toMatchObject({
      data: { field: '1' },
      metadata: {
        namespace: 'default',
        ownerReferences: [{ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'a', uid: owner?.metadata.uid, controller: true }],
        managedFields: [{ manager: 'test', operation: 'Apply' }],
      },
    });
    world.kill();
    await world.start();
    await world.patch(A, { spec: { field: 2 } });
    await world.advance(10);
    const [again, ...others] = await configMaps(world);
    expect({ uid: again?.metadata.uid, data: again?.['data'], others }).toEqual({
      uid: child?.metadata.uid,
      data: { field: '2' },
      others: [],
    });
    await world.close();
  });

  it('asks the cluster for nothing as long as the child is as it was made, and writes nothing when it need not ask', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.reconcile('KopfExample', { id: 'keep', owns: ['configmaps'] }, async (ctx) => {
          await apply(ctx, settings(ctx.spec.field));
          return { requeueAfter: 10 };
        });
      },
      { objects: [example('a', { spec: { field: 1 } })] },
    );
    await world.start();
    await world.advance(100);
    expect(applied(world).slice(0, 2)).toEqual(['sent', 'known']);
    expect(applies(world)).toHaveLength(1);
    const version = (await configMaps(world))[0]?.metadata.resourceVersion;
    await world.restart();
    await world.advance(100);
    expect(applies(world)).toHaveLength(2);
    expect((await configMaps(world))[0]?.metadata.resourceVersion).toBe(version);
    await world.close();
  });

  it('puts right what others changed or removed, takes away what is not wanted any more, and leaves what others added', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.reconcile('KopfExample', { id: 'keep', owns: ['configmaps'] }, async (ctx) => {
          await apply(ctx, { ...configMap('child'), data: ctx.spec.data });
        });
      },
      { objects: [example('a', { spec: { data: { one: '1', two: '2' } } })] },
    );
    await world.start();
    await world.advance(5);
    const child = configMap('child');
    await world.patch(child, { data: { one: 'meddled', three: '3' } });
    await world.advance(5);
    expect((await world.get(child))?.['data']).toEqual({ one: '1', two: '2', three: '3' });
    await world.patch(A, { spec: { data: { two: null } } });
    await world.advance(5);
    expect((await world.get(child))?.['data']).toEqual({ one: '1', three: '3' });
    const uid = (await world.get(child))?.metadata.uid;
    await world.delete(child);
    await world.advance(5);
    const anew = await world.get(child);
    expect(anew?.['data']).toEqual({ one: '1' });
    expect(anew?.metadata.uid).not.toBe(uid);
    await world.close();
  });

  it('marks what cannot refer to its owner: a child in another namespace, or in none; its changes wake the owner, too', async () => {
    const made: AppliedChild[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.reconcile('KopfExample', { id: 'keep', owns: ['configmaps'] }, async (ctx) => {
          made.push(await apply(ctx, settings(1, { name: 'far', namespace: 'other' }), { elsewhere: true }));
          made.push(await apply(ctx, { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'space-' } }, { elsewhere: true }));
        });
      },
      { objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } }, example()] },
    );
    await world.start();
    await world.advance(10);
    const far = configMap('far', 'other');
    const uid = (await world.get(A))?.metadata.uid;
    const marked = {
      labels: { 'kopf.zalando.org/owner-uid': uid },
      annotations: {
        'kopf.zalando.org/owner': JSON.stringify({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', namespace: 'default', name: 'a', uid }),
      },
    };
    expect((await world.get(far))?.metadata).toMatchObject(marked);
    expect((await world.get(far))?.metadata['ownerReferences']).toBeUndefined();
    const space = await world.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: made[1]?.name ?? '' } });
    expect(space?.metadata).toMatchObject(marked);
    expect(space?.metadata.name).toMatch(/^space-[0-9a-z]{11}$/);
    const runs = made.length;
    await world.patch(far, { data: { field: 'meddled' } });
    await world.advance(5);
    expect(made.length).toBeGreaterThan(runs);
    expect((await world.get(far))?.['data']).toEqual({ field: '1' });
    await world.close();
  });

  it('tells children of one kind apart by their keys, and refers to an owner that is in no namespace', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', async (ctx) => {
          for (const key of ['one', 'two']) await apply(ctx, settings(key, { namespace: 'default' }), { key, controller: false });
        });
      },
      { kind: { ...KIND, scope: 'Cluster' } },
    );
    await world.start();
    await world.create({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'above' } });
    await world.advance(5);
    const children = await configMaps(world);
    expect(children.map((child) => child['data'])).toEqual(expect.arrayContaining([{ field: 'one' }, { field: 'two' }]));
    expect(children).toHaveLength(2);
    for (const { metadata } of children) expect(metadata['ownerReferences']).toMatchObject([{ name: 'above', controller: false }]);
    await world.close();
  });

  it('takes objects of the classes of client-node, and does not change them', async () => {
    const map = Object.assign(new V1ConfigMap(), settings(1));
    map.metadata = new V1ObjectMeta();
    map.metadata.generateName = 'made-';
    const before = JSON.stringify(map);
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', async (ctx) => {
        await apply(ctx, map);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    expect(JSON.stringify(map)).toBe(before);
    expect(await configMaps(world)).toMatchObject([{ data: { field: '1' }, metadata: { ownerReferences: [{ name: 'a' }] } }]);
    await world.close();
  });
});

describe('apply fails', () => {
  const failing = async (act: (ctx: HandlerArgs) => Promise<unknown>, more: Parameters<typeof createWorld>[1] = {}) => {
    let failure: unknown;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', async (ctx) => {
        await act(ctx).catch((error: unknown) => (failure = error));
      });
    }, more);
    await world.start();
    await world.create(example());
    await world.advance(30);
    const children = await configMaps(world);
    await world.close();
    return { failure, children };
  };

  it('with the fields that the cluster refuses', async () => {
    const { failure, children } = await failing((ctx) => apply(ctx, settings(1, { labels: { wrong: 'no label!' } })));
    expect(failure).toMatchObject({ code: 'KOPF_CHILD_REFUSED', context: { causes: [{ field: 'metadata.labels' }] } });
    expect(children).toEqual([]);
  });

  it('before it takes a child from another controller', async () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Secret', name: 'x', uid: 'somebody', controller: true, blockOwnerDeletion: true }];
    const theirs = { ...configMap('taken'), metadata: { name: 'taken', namespace: 'default', ownerReferences } };
    const { failure, children } = await failing((ctx) => apply(ctx, settings(1, { name: 'taken' })), { objects: [theirs] });
    expect(failure).toMatchObject({
      code: 'KOPF_CHILD_REFUSED',
      message: expect.stringContaining('Only one reference can have Controller'),
    });
    expect(children).toMatchObject([{ metadata: { ownerReferences } }]);
  });

  it('[N8, SEC15] where a field of the object would have the operator act in another namespace', async () => {
    const { failure } = await failing((ctx) => apply(ctx, settings(1, { name: 'stolen', namespace: ctx.spec.target ?? 'kube-system' })), {
      objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system-2' } }],
    });
    expect(failure).toMatchObject({ code: 'KOPF_CHILD_ELSEWHERE', context: { child: 'ConfigMap stolen' } });
    const above = await failing((ctx) => apply(ctx, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mine' } }));
    expect(above.failure).toMatchObject({ code: 'KOPF_CHILD_ELSEWHERE' });
  });

  it('where there is no such kind, no kind at all, no JSON, or no handler of an object', async () => {
    const codes: unknown[] = [];
    const note = (error: unknown): void => {
      codes.push(isKopfError(error) ? error.code : error);
    };
    await failing(async (ctx) => {
      await apply(ctx, { apiVersion: 'no.such/v1', kind: 'Thing' }).catch(note);
      await apply(ctx, { kind: 'ConfigMap' }).catch(note);
      await apply(ctx, { ...settings(1), data: { call: () => 1 } } as never).catch(note);
      await apply({ ...ctx.body }, settings(1)).catch(note);
    });
    expect(codes).toEqual(['KOPF_KIND_UNKNOWN', 'KOPF_INVALID_OPTION', 'KOPF_INVALID_OPTION', 'KOPF_NO_HANDLER_SCOPE']);
  });

  it('[D1] rather than to take the child of a newer object of the same name', async () => {
    let failure: unknown;
    let isLate = false;
    const child = configMap('child');
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', async (ctx) => {
        await apply(ctx, { ...child, data: { of: ctx.uid } });
        if (isLate) return;
        // Somebody takes both away, and makes both anew, while this one goes on.
        isLate = true;
        world.breakWatches();
        await world.delete(child);
        await world.patch(A, { metadata: { finalizers: null } });
        await world.delete(A).catch(() => undefined);
        await world.create({ ...child, data: { of: 'another' } });
        await world.create(example());
        await apply(ctx, { ...child, data: { of: `${ctx.uid} again` } }).catch((error: unknown) => (failure = error));
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(failure).toMatchObject({ code: 'KOPF_OWNER_GONE' });
    const uid = (await world.get(A))?.metadata.uid;
    await world.advance(60);
    expect((await world.get(child))?.['data']).toEqual({ of: uid });
    await world.close();
  });
});
