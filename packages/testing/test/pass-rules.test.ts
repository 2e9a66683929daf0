import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

describe('rules of a pass', () => {
  it('[Y-06, M-05] change handlers wait for the event handlers of their state, also for slow ones', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'fill' }, async ({ memo }) => {
        await world.clock.sleep(1000, new AbortController().signal);
        memo.filled = true;
      });
      kopf.on.create('KopfExample', { id: 'made' }, ({ memo }) => void seen.push(memo.filled));
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    expect(seen).toEqual([true]);
    await world.close();
  });

  it('[Q-06] no more objects are handled at the same time than there are workers, and the others follow', async () => {
    const finish: (() => void)[] = [];
    const world = await createWorld(
      (kopf) => void kopf.on.create('KopfExample', { id: 'busy' }, () => new Promise<void>((resolve) => finish.push(resolve))),
      { settings: { queueing: { workerLimit: 2 } } },
    );
    await world.start();
    for (const name of ['a', 'b', 'c', 'd']) await world.create(example(name));
    await world.settle();
    expect(finish).toHaveLength(2);
    finish[0]?.();
    await world.settle();
    expect(finish).toHaveLength(3);
    await world.close();
  });

  it('[Q-06, B-23] the workers are those of the operator, whatever kinds and registries its objects and handlers belong to', async () => {
    let running = 0;
    let most = 0;
    const busy = async (): Promise<void> => {
      most = Math.max(most, (running += 1));
      await world.clock.sleep(1000, new AbortController().signal);
      running -= 1;
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'busy' }, busy);
        kopf.on.create('configmaps', { id: 'busy' }, busy);
      },
      { settings: { queueing: { workerLimit: 2 } } },
    );
    await world.start();
    for (const name of ['a', 'b', 'c', 'd']) {
      await world.create(example(name));
      await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });
    }
    await world.advance(10);
    expect(most).toBe(2);
    expect(world.factsOf('pass-ended')).toHaveLength(8);
    await world.close();
  });

  it('[PA-21] an unfinished object is looked at again every ten minutes, however far its next attempt is', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'far', backoff: '1d' }, () => {
        throw new Error('not today');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance('25m');
    expect(world.factsOf('object-waiting').map(({ until, at }) => until - at)).toEqual([600_000, 600_000, 600_000]);
    expect(world.writes()).toHaveLength(1);
    await world.close();
  });

  it('[S4] a part that was written stays as somebody else changed it while the next part is on its way', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'ours'));
    await world.start();
    world.faults.add({ kind: 'delay', ms: 1000 }, { when: (call) => call.method === 'PATCH' && !call.path.includes('/status') });
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({ made: 'ours' });
    await world.mergeStatus(A, { made: 'theirs' });
    await world.advance(60);
    expect((await world.get(A))?.['status']).toEqual({ made: 'theirs' });
    await world.close();
  });
});
