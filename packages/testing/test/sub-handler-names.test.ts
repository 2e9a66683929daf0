import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

describe('sub-handlers', () => {
  it('[SH-07, SH-18] have ids below that of their parent, in sync and in async ones alike', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'sync' }, ({ register, execute }) => {
        register(() => 1, { id: 'registered' });
        execute({ executed: () => 2 }).catch(() => undefined);
      });
      kopf.on.create('KopfExample', { id: 'async' }, async ({ register, execute }) => {
        await Promise.resolve();
        register(() => 3, { id: 'registered' });
        await execute({ executed: () => 4 });
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({
      'sync/executed': 2,
      'sync/registered': 1,
      'async/executed': 4,
      'async/registered': 3,
    });
    await world.close();
  });

  it('[SH-04, R-06] are functions by their ids, or functions with names, and nothing else', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        function listed(): void {
          seen.push('listed');
        }
        await execute({ byId: () => void seen.push('byId') });
        await execute([listed]);
        for (const wrong of [listed, [1], { x: 1 }, 'listed', 5, [() => undefined]]) {
          expect(() => execute(wrong as never)).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
        }
        seen.push('all refused');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['byId', 'listed', 'all refused']);
    await world.close();
  });
});
