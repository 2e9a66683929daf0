import { apply, isKopfError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, FINALIZER, progressOf } from './world.js';

describe('the last finalizer goes without a new version (PA-34)', () => {
  it.each([0, 0.1839, 0.9996])(
    '[S8, Y-17] runs a handler once that took long enough for a flush, with %f ms on the clock, of which records have no trace',
    async (ms) => {
      let calls = 0;
      const world = await createWorld((kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, async () => {
          calls += 1;
          await world.clock.sleep(2500, new AbortController().signal);
          return { calls };
        });
      });
      world.clock.jumpWall(ms);
      await world.start();
      await world.create(example());
      await world.advance('1m');
      expect([calls, (await world.get(A))?.['status'], progressOf(await world.get(A))]).toEqual([1, { made: { calls: 1 } }, {}]);
      expect(world.factsOf('notes-contested')).toEqual([]);
      await world.close();
    },
  );

  it.each([1, 2, 3, 4, 5, 6])('[S8] runs a delete handler once that took long enough for a flush (seed %i)', async (seed) => {
    let calls = 0;
    const world = await createWorld(
      (kopf) =>
        void kopf.on.delete('KopfExample', { id: 'd' }, async () => {
          calls += 1;
          await world.clock.sleep(5000, new AbortController().signal);
        }),
      { seed },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(60);
    expect(await world.get(A)).toBeUndefined();
    expect(calls).toBe(1);
    await world.close();
  });

  it.each([1, 2, 3, 4, 5, 6])('[S8] runs a delete handler once when somebody edits the object meanwhile (seed %i)', async (seed) => {
    let calls = 0;
    const world = await createWorld(
      (kopf) =>
        void kopf.on.delete('KopfExample', { id: 'd' }, async () => {
          calls += 1;
          await world.clock.sleep(1000, new AbortController().signal);
        }),
      { seed },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(0.5);
    await world.patch(A, { metadata: { labels: { x: 'y' } } });
    await world.advance(60);
    expect(await world.get(A)).toBeUndefined();
    expect(calls).toBe(1);
    await world.close();
  });

  it.each([1, 2, 3, 4, 5, 6])('[S8] runs a delete handler no more after its retry succeeded (seed %i)', async (seed) => {
    const calls: number[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.delete('KopfExample', { id: 'd', backoff: 5 }, ({ retry }) => {
          calls.push(retry);
          if (retry === 0) throw new Error('x');
        }),
      { seed },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance(60);
    expect(await world.get(A)).toBeUndefined();
    expect(calls).toEqual([0, 1]);
    await world.close();
  });
});

describe('an object that a write finds gone', () => {
  it.each([1, 2, 3, 4, 5, 6])('[C11] is not handled or written again, although its last states come later (seed %i)', async (seed) => {
    const attempts: number[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'fails', backoff: 1 }, ({ retry }) => {
          attempts.push(retry);
          throw new Error('x');
        });
        kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true }));
      },
      { seed },
    );
    await world.start();
    const isMain = (call: { method: string; path: string }): boolean => call.method === 'PATCH' && !call.path.includes('/status');
    const act = async (): Promise<void> => {
      await world.patch(A, { metadata: { labels: { last: 'state' } } });
      await world.delete(A);
    };
    world.faults.add({ kind: 'meanwhile', when: 'before', act }, { when: isMain });
    await world.create(example());
    await world.advance(60);
    expect(attempts).toEqual([0]);
    expect(world.writes()).toHaveLength(2);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });
});

describe('a delete handler that fails again and again', () => {
  it('[E6, S5] keeps the object through restarts, with its attempts counted on, and lets it go once it succeeds', async () => {
    const attempts: number[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.delete('KopfExample', { id: 'd', backoff: 5 }, ({ retry }) => {
          attempts.push(retry);
          if (retry < 50) throw new Error('the cloud does not answer');
        }),
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    for (let life = 0; life < 4; life += 1) {
      await world.advance(60);
      const object = await world.get(A);
      expect(object?.metadata.finalizers).toEqual([FINALIZER]);
      expect(progressOf(object)).toMatchObject({ d: { retries: attempts.length, message: 'the cloud does not answer' } });
      if (life % 2 === 0) world.kill();
      else await world.stop();
      await world.start();
    }
    await world.advance('5m');
    expect(attempts).toEqual(Array.from({ length: 51 }, (_, nth) => nth));
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });
});

describe('a namespace that is deleted', () => {
  it('[E10] goes with all that is in it: each delete handler runs once, what a handler cannot create there is not tried for ever', async () => {
    const seen: string[] = [];
    const errors: unknown[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.delete('KopfExample', { id: 'bye' }, async (ctx) => {
          seen.push(ctx.name);
          const left = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `last-words-of-${ctx.name}` } };
          await apply(ctx, left).catch((error: unknown) => {
            errors.push(isKopfError(error) ? error.code : error);
            // Whoever does not expect it must not keep the namespace from its end either.
            if (ctx.name === 'a') throw error;
          });
        }),
      { objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'doomed' } }] },
    );
    await world.start();
    for (const name of ['a', 'b']) await world.create(example(name, { metadata: { namespace: 'doomed' } }));
    await world.settle();
    await world.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'doomed' } });
    await world.advance('1m');
    expect(seen.toSorted()).toEqual(['a', 'b']);
    expect(errors).toEqual(['KOPF_NAMESPACE_TERMINATING', 'KOPF_NAMESPACE_TERMINATING']);
    expect(await world.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'doomed' } })).toBeUndefined();
    const { length } = world.writes();
    await world.advance('1h');
    expect(world.writes()).toHaveLength(length);
    await world.close();
  });
});
