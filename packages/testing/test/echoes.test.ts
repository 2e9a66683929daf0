import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

describe('echoes', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    '[S8] own writes reach event handlers once, whether the answer or the watch is faster (seed %i)',
    async (seed) => {
      const seen: string[] = [];
      const world = await createWorld(
        (kopf) => {
          kopf.on.event('KopfExample', { id: 'heard' }, ({ meta }) => void seen.push(meta.resourceVersion));
          kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true }));
        },
        { seed },
      );
      await world.start();
      await world.create(example());
      await world.settle();
      expect(world.writes()).toHaveLength(2);
      expect(seen).toEqual([...new Set(seen)]);
      expect(seen.at(-1)).toBe((await world.get(A))?.metadata.resourceVersion);
      await world.close();
    },
  );

  it.each([1, 2, 3, 4, 5, 6])(
    '[6.6] finds what somebody else changed between two own writes, in the answer of the second (seed %i)',
    async (seed) => {
      const seen: unknown[] = [];
      const world = await createWorld(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true }));
          kopf.on.update('KopfExample', { id: 'changed' }, ({ new: fresh }) => void seen.push(fresh.spec.x));
        },
        { seed },
      );
      await world.start();
      world.faults.add({ kind: 'delay', ms: 500 }, { when: (call) => call.method === 'PATCH' && !call.path.includes('/status') });
      await world.create(example('a', { spec: { x: 1 } }));
      await world.settle();
      // The last own write is on its way; the watch will be away until it was answered.
      world.faults.add({ kind: 'status', code: 503 }, { when: (call) => call.path.includes('watch=true'), times: 8 });
      world.breakWatches();
      await world.patch(A, { spec: { x: 2 } });
      await world.advance('5m');
      expect(seen).toEqual([2]);
      await world.close();
    },
  );

  it('[C11] sends nothing for an object that is known to be gone', async () => {
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        return { ok: true };
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    finish();
    await world.advance(60);
    expect(world.writes()).toEqual([]);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });
});
