import { createRegistry, defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, FINALIZER, KIND, shape, storedEssence } from './world.js';

const KOPFS_OWN = 'kopf.zalando.org/KopfFinalizerMarker';

describe('our finalizer', () => {
  it('[Z-01] has the name of Kopf’s where the operator has none, and is removed only from objects that a handler matched', async () => {
    let needed = true;
    const world = await createHarness({
      crds: [customResourceDefinition(KIND)],
      config: ({ transport }) => {
        const kopf = createRegistry();
        kopf.on.create('KopfExample', { id: 'made', labels: { ours: 'yes' } }, () => undefined);
        if (needed) kopf.on.delete('KopfExample', { id: 'bye', labels: { ours: 'yes' } }, () => undefined);
        return defineConfig({ handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] });
      },
    });
    await world.start();
    await world.create(example('a', { metadata: { labels: { ours: 'yes' } } }));
    await world.create(example('theirs', { metadata: { finalizers: [KOPFS_OWN] } }));
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toEqual([KOPFS_OWN]);
    needed = false;
    await world.restart();
    await world.advance(10);
    expect((await world.get(A))?.metadata.finalizers).toBeUndefined();
    expect((await world.get(example('theirs') as typeof A))?.metadata.finalizers).toEqual([KOPFS_OWN]);
    await world.close();
  });

  it('[Z-10] costs one more write, before any handler of the creation runs', async () => {
    const writesBefore: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void writesBefore.push(world.writes().length));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(writesBefore).toEqual([1]);
    expect(world.writes().map(shape)).toEqual(['main json', 'main json']);
    await world.close();
  });

  it('[Z-11] holds the object while the operator is down; taking it away by hand is the way out, and nothing is left behind', async () => {
    const deleted: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, ({ name }) => void deleted.push(name)));
    await world.start();
    await world.create(example());
    await world.settle();
    world.kill();
    await world.delete(A);
    await world.advance('1d');
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    await world.patch(A, { metadata: { finalizers: null } });
    expect(await world.get(A)).toBeUndefined();
    await world.start();
    await world.advance(10);
    expect(deleted).toEqual([]);
    expect(world.factsOf('object-failed')).toEqual([]);
    await world.close();
  });

  it('[Z-13] stays until the running invocation of a timer has ended, although its filters ceased to match', async () => {
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.timer(
        'KopfExample',
        { id: 'tick', interval: 60, labels: { on: 'yes' }, finalizer: true },
        () => new Promise<void>((resolve) => (finish = resolve)),
      );
    });
    await world.start();
    await world.create(example('a', { metadata: { labels: { on: 'yes' } } }));
    await world.advance(1);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    await world.patch(A, { metadata: { labels: { on: 'no' } } });
    await world.advance(30);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    finish();
    await world.advance(1);
    expect((await world.get(A))?.metadata.finalizers).toBeUndefined();
    await world.close();
  });

  it('[Z-14, S5] delete handlers run once, however long a timer takes to end and whatever happens to the object meanwhile', async () => {
    let finish: () => void = () => undefined;
    const deleted: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.timer('KopfExample', { id: 'tick', interval: 60, finalizer: true }, () => new Promise<void>((resolve) => (finish = resolve)));
      kopf.on.delete('KopfExample', { id: 'bye' }, ({ name }) => void deleted.push(name));
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    await world.delete(A);
    await world.advance(5);
    for (const x of [1, 2, 3]) {
      await world.patch(A, { metadata: { labels: { x: String(x) } } });
      world.breakWatches();
      await world.advance(20);
    }
    expect(deleted).toEqual(['a']);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    finish();
    await world.advance(5);
    expect(deleted).toEqual(['a']);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('[E4, S6] an object that is gone before the finalizer was added had no handler run for it', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('create'));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => void seen.push('delete'));
    });
    await world.start();
    world.faults.add({ kind: 'meanwhile', when: 'before', act: () => world.delete(A) }, { when: (call) => call.method === 'PATCH' });
    await world.create(example());
    await world.advance(60);
    expect(seen).toEqual([]);
    expect(world.factsOf('object-failed')).toEqual([]);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });

  it('[E7] goes although a delete handler failed for good: the failure is told, and the object released', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.delete('KopfExample', { id: 'bad', retries: 2, backoff: 5 }, () => {
        throw new Error('never');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(30);
    expect(await world.get(A)).toBeUndefined();
    expect(world.factsOf('pass-ended')).toMatchObject([{ reason: 'delete', succeeded: 0, failed: 1 }]);
    await world.close();
  });

  it('[E12, S16] a deletion by force is heard of, also by a running handler, and leaves nothing in memory', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.delete(
        'KopfExample',
        { id: 'bye' },
        ({ signal }) => new Promise<void>((resolve) => signal.addEventListener('abort', () => (seen.push('told'), resolve()))),
      );
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    await world.patch(A, { metadata: { finalizers: null } });
    await world.advance(5);
    expect(seen).toEqual(['told']);
    expect(world.factsOf('object-failed')).toEqual([]);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });

  it('[L2] somebody who takes our finalizer and our annotations away again and again makes no more than one write each per time', async () => {
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void calls.push('create'));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    await world.start();
    await world.create(example());
    await world.settle();
    const before = world.writes().length;
    for (let round = 0; round < 10; round += 1) {
      await world.patch(A, { metadata: { finalizers: null, annotations: null } });
      await world.advance(10);
    }
    expect(world.writes().length - before).toBeLessThanOrEqual(20);
    await world.advance('1m'); // it is put right ever more slowly
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    await world.close();
  });
});
