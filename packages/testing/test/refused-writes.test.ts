// One object whose writes are answered "no", and go on being answered so (decision 38): what it still does, and what the others do.
import type { Harness, RecordedCall } from '@kopfts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, FINALIZER, type WorldOptions } from './world.js';

async function open(declare: Parameters<typeof createWorld>[0], options: WorldOptions = {}): Promise<Harness> {
  const world = await createWorld(declare, options);
  onTestFinished(() => world.close());
  await world.start();
  return world;
}

/** Somebody, say an admission webhook, takes no write that holds this text. */
function deny(world: Harness, text: string, code = 403): void {
  const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message: `no ${text}` });
  const when = (call: RecordedCall): boolean => call.method === 'PATCH' && JSON.stringify(call.body).includes(text);
  world.faults.add({ kind: 'status', code, body, headers: { 'content-type': 'application/json' } }, { when, times: Infinity });
}

const elapsed = (world: Harness): number => world.clock.monotonicMs() / 1000;

describe('writes that the cluster goes on refusing', () => {
  it.each([403, 400, 405])('[C-33, G-30, PA-16] do not hold up the deletion of their object (%i)', async (code) => {
    const calls: string[] = [];
    const world = await open((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
        calls.push('create');
        patch.metadata.labels.mine = 'forbidden';
      });
      kopf.on.delete('KopfExample', { id: 'bye' }, () => void calls.push('delete'));
    });
    deny(world, 'forbidden', code);
    await world.create(example());
    await world.advance(60);
    await world.delete(A);
    await world.advance(1);
    expect(calls).toEqual(['create', 'delete']);
    expect(await world.get(A)).toBeUndefined();
    expect(world.factsOf('result-dropped')).toMatchObject([{ handler: 'made', causes: [] }]);
  });

  it('[PA-16] are sent again while nothing else happens to the object', async () => {
    const world = await open(
      (kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void (patch.metadata.labels.mine = 'forbidden')),
    );
    deny(world, 'forbidden');
    await world.create(example());
    await world.advance(60);
    await world.patch(A, { spec: { x: 1 } });
    world.faults.clear();
    await world.advance('10m');
    expect((await world.get(A))?.metadata.labels).toEqual({ mine: 'forbidden' });
    expect(world.factsOf('result-dropped')).toEqual([]);
  });

  it('[H-22, Z-12] of a deletion: what its handlers want is dropped, and the object is let go', async () => {
    const calls: string[] = [];
    const world = await open((kopf) => {
      kopf.on.delete('KopfExample', { id: 'bye' }, ({ patch }) => {
        calls.push('delete');
        patch.metadata.labels.mine = 'forbidden';
      });
    });
    deny(world, 'forbidden');
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(5);
    expect(calls).toEqual(['delete']);
    expect(await world.get(A)).toBeUndefined();
    expect(world.factsOf('result-dropped')).toMatchObject([{ handler: 'bye' }]);
  });

  it('[H-10, T-20] of an event handler hold up no later event, no timer and no change of the object', async () => {
    const heard: [type: string | null, x: unknown][] = [];
    const ran: number[] = [];
    const changed: number[] = [];
    const world = await open((kopf) => {
      kopf.on.event('KopfExample', { id: 'heard' }, ({ type, spec, patch }) => {
        heard.push([type, spec.x]);
        if (type !== 'DELETED') patch.status.seen = 'forbidden';
      });
      kopf.timer('KopfExample', { id: 'tick', interval: 10 }, () => void ran.push(elapsed(world)));
      kopf.on.update('KopfExample', { id: 'changed' }, () => void changed.push(elapsed(world)));
    });
    deny(world, 'forbidden');
    await world.create(example('a', { spec: { x: 0 } }));
    await world.advance(25);
    expect(ran).toHaveLength(3);
    heard.length = 0;
    for (const x of [1, 2]) {
      const at = elapsed(world);
      await world.patch(A, { spec: { x } });
      await world.advance(5);
      expect(changed.pop()).toBeLessThan(at + 1);
    }
    await world.delete(A);
    await world.advance(1);
    expect(heard.filter(([type]) => type === 'DELETED')).toHaveLength(1);
    expect(heard.map(([, x]) => x)).toEqual(expect.arrayContaining([1, 2]));
  });

  it('[H-10] of an event handler are sent again while nothing newer happens to the object', async () => {
    const world = await open(
      (kopf) => void kopf.on.event('KopfExample', { id: 'heard' }, ({ patch }) => void (patch.status.seen = 'forbidden')),
    );
    deny(world, 'forbidden');
    await world.create(example());
    await world.advance(60);
    world.faults.clear();
    await world.advance('10m');
    expect((await world.get(A))?.['status']).toEqual({ seen: 'forbidden' });
    expect(world.factsOf('result-dropped')).toEqual([]);
  });

  it('[DM-10, DM-11] of a timer stop neither the timer nor the deletion that waits for it', async () => {
    let runs = 0;
    const world = await open((kopf) => {
      kopf.timer('KopfExample', { id: 'tick', interval: 10 }, ({ patch }) => {
        runs += 1;
        patch.status.seen = 'forbidden';
      });
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    deny(world, 'forbidden');
    await world.create(example());
    await world.advance('10m');
    expect(runs).toBeGreaterThan(25);
    await world.delete(A);
    await world.advance(2);
    expect(await world.get(A)).toBeUndefined();
  });

  it('[DM-10] of a daemon do not hold its object', async () => {
    const world = await open((kopf) => {
      kopf.daemon('KopfExample', { id: 'once' }, ({ patch }) => void (patch.status.seen = 'forbidden'));
    });
    deny(world, 'forbidden');
    await world.create(example());
    await world.advance(60);
    await world.delete(A);
    await world.advance(2);
    expect(await world.get(A)).toBeUndefined();
  });

  it('[Q-08] of many objects leave room for the others of their kind', async () => {
    const made: string[] = [];
    const world = await open(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, ({ name, patch }) => {
          made.push(name);
          if (name !== 'a' && name !== 'good') patch.metadata.labels.mine = 'forbidden';
        });
        kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
      },
      { settings: { queueing: { writeLimit: 1 } } },
    );
    deny(world, 'forbidden');
    await world.create(example());
    await world.settle();
    for (let index = 0; index < 33; index += 1) await world.create(example(`bad-${index}`));
    await world.advance(60);
    await world.create(example('good'));
    await world.delete(A);
    await world.advance(5);
    expect(made).toContain('good');
    expect(await world.get(A)).toBeUndefined();
    expect((await world.get({ ...A, metadata: { name: 'good', namespace: 'default' } }))?.metadata.finalizers).toEqual([FINALIZER]);
  });
});
