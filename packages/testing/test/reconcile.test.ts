import { PermanentError, TemporaryError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, patchesOf } from './world.js';

const owners = (uid = '') => [{ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'a', uid }];
const child = (name: string, uid: string | undefined) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ownerReferences: owners(uid) },
  data: { k: '1' },
});
const named = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });

describe('on.reconcile', () => {
  it('[B-58] runs for new objects and for essential changes, not for its own writes, and leaves no finalizer and no result', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.reconcile('KopfExample', ({ spec, patch }) => {
        seen.push(spec.n);
        patch.status.n = spec.n;
        return {};
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 1 } }));
    await world.advance(60);
    expect(seen).toEqual([1]);
    await world.patch(A, { spec: { n: 2 } });
    await world.advance(60);
    expect(seen).toEqual([1, 2]);
    const object = await world.get(A);
    expect(object).toMatchObject({ status: { n: 2 } });
    expect(object?.metadata.finalizers).toBeUndefined();
    expect(patchesOf(world)).toHaveLength(2);
    await world.close();
  });

  it('runs once for everything that changed while it ran, with the newest state', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.reconcile('KopfExample', async ({ spec }) => {
        seen.push(spec.n);
        await world.clock.sleep(10_000, new AbortController().signal);
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 1 } }));
    await world.advance(1);
    for (const n of [2, 3, 4]) {
      await world.patch(A, { spec: { n } });
      await world.advance(1);
    }
    await world.advance(60);
    expect(seen).toEqual([1, 4]);
    await world.close();
  });

  it('runs again after `requeueAfter`, and at each start of the operator', async () => {
    let runs = 0;
    const world = await createWorld((kopf) => {
      kopf.on.reconcile('KopfExample', () => {
        runs += 1;
        return runs < 3 ? { requeueAfter: '20s' } : undefined;
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(15);
    expect(runs).toBe(1);
    await world.advance(10);
    expect(runs).toBe(2);
    await world.advance(3600);
    expect(runs).toBe(3);
    await world.restart();
    await world.advance(60);
    expect(runs).toBe(4);
    await world.close();
  });

  it('[B-56] runs for each change of what the object owns, and for its disappearance; the children that are there at the start count once', async () => {
    let runs = 0;
    const world = await createWorld(
      (kopf) => {
        kopf.on.reconcile('KopfExample', { owns: ['configmaps'] }, () => {
          runs += 1;
        });
      },
      { objects: [example()] },
    );
    const uid = (await world.get(A))?.metadata.uid;
    await world.create(child('one', uid));
    await world.create(child('two', uid));
    await world.start();
    await world.advance(60);
    expect(runs).toBe(1);
    await world.patch(named('one'), { data: { k: '2' } });
    await world.advance(5);
    expect(runs).toBe(2);
    await world.delete(named('two'));
    await world.advance(5);
    expect(runs).toBe(3);
    await world.create(child('stranger', 'another-uid'));
    await world.advance(5);
    expect(runs).toBe(3);
    await world.close();
  });

  it('is tried again with back-off; a change of the object cuts it short, and comes after a final failure, too', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.reconcile('KopfExample', ({ spec, retry }) => {
        seen.push(`${spec.n} ${retry}`);
        if (spec.n === 'later') throw new TemporaryError('later', { delay: 100 });
        if (spec.n === 'never') throw new PermanentError('never');
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 'later' } }));
    await world.advance(110);
    expect(seen).toEqual(['later 0', 'later 1']);
    await world.patch(A, { spec: { n: 'never' } });
    await world.advance(1000);
    expect(seen.slice(2)).toEqual(['never 0']);
    await world.patch(A, { spec: { n: 'well' } });
    await world.advance(10);
    expect(seen.slice(3)).toEqual(['well 0']);
    await world.close();
  });

  it('does not run while the object is being deleted', async () => {
    let runs = 0;
    const world = await createWorld((kopf) => {
      kopf.on.reconcile('KopfExample', () => {
        runs += 1;
        return { requeueAfter: 5 };
      });
    });
    await world.start();
    await world.create(example('a', { metadata: { finalizers: ['example.com/other'] } }));
    await world.advance(7);
    expect(runs).toBe(2);
    await world.delete(A);
    await world.patch(A, { spec: { n: 1 } });
    await world.advance(60);
    expect(runs).toBe(2);
    await world.close();
  });
});

describe('on.reconcile with `dependsOn`', () => {
  const secret = (name: string, data: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, ...data });
  const nameOf = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' } });

  it('runs when what it reads of an index changes, appears or disappears, and for nothing else', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        const secrets = kopf.index('secrets', { id: 'secrets' }, ({ namespace, name, body }) => ({
          [`${namespace}/${name}`]: body['data'],
        }));
        const keys = ({ namespace, spec }: { namespace: string | undefined; spec: { secret: string } }) => [`${namespace}/${spec.secret}`];
        kopf.on.reconcile('KopfExample', { dependsOn: [{ index: secrets, keys }] }, ({ index, namespace, spec }) => {
          seen.push([spec.secret, ...index(secrets).get(`${namespace}/${spec.secret}`)]);
        });
      },
      { objects: [example('a', { spec: { secret: 'one' } }), secret('two', { data: { k: 'Mg==' } })] },
    );
    await world.start();
    await world.advance(60);
    expect(seen.splice(0)).toEqual([['one']]);
    await world.create(secret('one', { data: { k: 'MQ==' } }));
    await world.advance(5);
    expect(seen.splice(0)).toEqual([['one', { k: 'MQ==' }]]);
    await world.patch(nameOf('one'), { data: { k: 'MTE=' } });
    await world.advance(5);
    expect(seen.splice(0)).toEqual([['one', { k: 'MTE=' }]]);
    // Neither labels, which are not in the index, nor others' secrets.
    await world.patch(nameOf('one'), { metadata: { labels: { some: 'thing' } } });
    await world.patch(nameOf('two'), { data: { k: 'MjI=' } });
    await world.advance(60);
    expect(seen.splice(0)).toEqual([]);
    await world.patch(A, { spec: { secret: 'two' } });
    await world.advance(5);
    await world.delete(nameOf('one'));
    await world.advance(5);
    expect(seen.splice(0)).toEqual([['two', { k: 'MjI=' }]]);
    await world.delete(nameOf('two'));
    await world.advance(5);
    expect(seen.splice(0)).toEqual([['two']]);
    await world.close();
  });

  it('[B-58] tries again when its keys cannot be told, and at once when the object changes', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        const secrets = kopf.index('secrets', { id: 'secrets' }, ({ name }) => ({ [name]: true }));
        const keys = ({ spec }: { readonly spec: { readonly ref?: { readonly name: string } } }) => [(spec.ref as { name: string }).name];
        kopf.on.reconcile('KopfExample', { id: 'r', backoff: 1000, dependsOn: [{ index: secrets, keys }] }, ({ index, spec }) => {
          const { name } = spec.ref as { readonly name: string };
          seen.push([name, index(secrets).get(name).length]);
        });
      },
      { objects: [example()] },
    );
    await world.start();
    await world.advance(60);
    expect([seen, world.factsOf('handler-ended').map(({ handler, result }) => [handler, result])]).toEqual([[], [['r', 'retry']]]);
    await world.patch(A, { spec: { ref: { name: 's' } } });
    await world.advance(5);
    expect(seen).toEqual([['s', 0]]);
    await world.create(secret('s', {}));
    await world.advance(5);
    expect(seen).toEqual([
      ['s', 0],
      ['s', 1],
    ]);
    await world.close();
  });

  it('without keys runs for any change of the index; it must be an index of the operator', async () => {
    let runs = 0;
    const world = await createWorld(
      (kopf) => {
        const secrets = kopf.index('secrets', { id: 'secrets' }, ({ name }) => ({ [name]: true }));
        kopf.on.reconcile('KopfExample', { dependsOn: [{ index: secrets }] }, () => {
          runs += 1;
        });
        kopf.on.reconcile('KopfExample', { id: 'lost', dependsOn: [{ index: { id: 'nowhere' } }] }, () => undefined);
      },
      { objects: [example()] },
    );
    await world.start();
    await world.advance(60);
    expect(runs).toBe(1);
    await world.create(secret('any', {}));
    await world.advance(5);
    expect(runs).toBe(2);
    expect(world.factsOf('handler-ended').find(({ handler }) => handler === 'lost')?.error).toMatchObject({
      code: 'KOPF_INVALID_OPTION',
      message: expect.stringContaining('nowhere'),
    });
    await world.close();
  });

  it('is checked when it is declared', async () => {
    const world = createWorld((kopf) => {
      kopf.on.reconcile('KopfExample', { dependsOn: [{ index: 'secrets' }] as never }, () => undefined);
    });
    const failure = await world.then((made) => made.start()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'KOPF_INVALID_OPTION', message: expect.stringContaining('dependsOn') });
    await (await world).close();
  });
});
