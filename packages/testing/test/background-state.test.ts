// What timers, daemons and indexes hold, from before the first handler until after the last one.
import type { StopFlag } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

describe('daemons', () => {
  it('[DM-06] share the memo of their object, and see it as it is now', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', ({ memo }) => {
        memo.left = 'here';
      });
      kopf.daemon('KopfExample', { id: 'd', initialDelay: 1 }, async ({ memo, body, stopped }) => {
        await world.clock.sleep(10_000, new AbortController().signal);
        seen.push(memo.left, body['spec']);
        await stopped.wait();
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 1 } }));
    await world.advance(5);
    await world.patch(A, { spec: { n: 2 } });
    await world.advance(10);
    expect(seen).toEqual(['here', { n: 2 }]);
    await world.close();
  });

  it('[DM-23] that ended say so by their flag, for whoever still holds it', async () => {
    let flag: StopFlag | undefined;
    const world = await createWorld((kopf) => {
      kopf.daemon('KopfExample', { id: 'd' }, async ({ stopped }) => {
        flag = stopped;
        await world.clock.sleep(10_000, new AbortController().signal);
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    expect(flag?.reasons).toEqual([]);
    await world.advance(10);
    expect(flag?.reasons).toEqual(['done']);
    await world.close();
  });
});

it('[T-01, DM-23] attempts of timers that ended say so by their flag, for whoever still holds it', async () => {
  const flags: StopFlag[] = [];
  const heard: unknown[] = [];
  const world = await createWorld((kopf) => {
    kopf.timer('KopfExample', { id: 't', interval: 10 }, async ({ stopped }) => {
      flags.push(stopped);
      stopped.wait().then(
        (isSet) => heard.push(isSet),
        () => undefined,
      );
      await world.clock.sleep(4000, new AbortController().signal);
    });
  });
  await world.start();
  await world.create(example());
  await world.advance(2);
  expect([flags.map(({ reasons }) => reasons), heard]).toEqual([[[]], []]);
  await world.advance(4);
  expect([flags.map(({ reasons }) => reasons), heard]).toEqual([[['done']], [true]]);
  await world.advance(10);
  expect(flags.map(({ reasons }) => reasons)).toEqual([['done'], []]);
  await world.delete(A);
  await world.advance(10);
  expect([flags.map(({ reasons }) => reasons), heard]).toEqual([
    [['done'], ['object-deleted', 'done']],
    [true, true],
  ]);
  await world.close();
});

it('[DM-38] timers have no back-off: their signal comes with the flag', async () => {
  const seen: unknown[] = [];
  const world = await createWorld((kopf) => {
    kopf.timer('KopfExample', { id: 't', interval: 10, finalizer: true }, async ({ signal, stopped }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      seen.push([...stopped.reasons]);
    });
  });
  await world.start();
  await world.create(example());
  await world.advance(5);
  expect(seen).toEqual([]);
  await world.delete(A);
  await world.settle();
  expect(seen).toEqual([['object-deleted']]);
  expect(await world.get(A)).toBeUndefined();
  await world.close();
});

describe('indexes', () => {
  it('[I-02] are there, and empty, before the first handler of the start', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        const names = kopf.index('KopfExample', { id: 'names' }, ({ name }) => ({ [name]: true }));
        kopf.on.startup(({ index }) => {
          seen.push(index(names).size);
        });
        kopf.on.event('KopfExample', ({ index }) => {
          seen.push(index(names).size);
        });
      },
      { objects: [example()] },
    );
    await world.start();
    await world.advance(5);
    expect(seen).toEqual([0, 1]);
    await world.close();
  });

  it('[I-09] tell objects apart by namespace and uid, whatever they are called', async () => {
    const values = () => read?.() ?? [];
    let read: (() => readonly unknown[]) | undefined;
    const world = await createWorld(
      (kopf) => {
        const uids = kopf.index('KopfExample', { id: 'uids' }, ({ name, namespace, uid }) => ({ [name]: `${namespace} ${uid}` }));
        kopf.on.event('KopfExample', ({ index }) => {
          read = () => index(uids).get('a');
        });
      },
      {
        objects: [
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } },
          example(),
          example('a', { metadata: { namespace: 'other' } }),
        ],
      },
    );
    await world.start();
    await world.advance(5);
    const other = { ...A, metadata: { name: 'a', namespace: 'other' } };
    const uidOf = async (of: typeof A) => `${of.metadata.namespace} ${String((await world.get(of))?.metadata.uid)}`;
    expect([...values()].sort()).toEqual([await uidOf(A), await uidOf(other)]);
    const before = await uidOf(A);
    await world.delete(A);
    await world.create(example());
    await world.advance(5);
    expect(await uidOf(A)).not.toBe(before);
    expect([...values()].sort()).toEqual([await uidOf(A), await uidOf(other)]);
    await world.close();
  });
});
