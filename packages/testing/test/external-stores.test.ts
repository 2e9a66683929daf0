import { createRegistry, defineConfig, type Plugin, TemporaryError } from '@kopfts/core';
import { createMemoryStores, type MemoryStores } from '@kopfts/core/contracts';
import { kubernetes } from '@kopfts/kubernetes';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarness, customResourceDefinition, type Harness } from '../src/index.js';
import { example, identity } from './seed-example.js';

const keeping = (stores: MemoryStores): Plugin => ({
  name: 'memory',
  setup: (host) => {
    host.contribute('progressStore', { open: () => stores.progress });
    host.contribute('diffBaseStore', { open: () => stores.diffBase });
  },
});

interface Made {
  readonly world: Harness;
  readonly stores: MemoryStores;
  readonly ran: string[];
}

/** An operator whose memory is outside of the objects and outlives it; its creation handler needs a second attempt. */
async function makeWorld(seed: number): Promise<Made> {
  const stores = createMemoryStores();
  const ran: string[] = [];
  const kopf = createRegistry();
  kopf.on.create('KopfExample', ({ retry, patch }) => {
    ran.push(`create ${String(retry)}`);
    if (retry === 0) throw new TemporaryError('not yet', { delay: 30 });
    patch.status.attempts = retry + 1;
  });
  kopf.on.update('KopfExample', ({ old, new: fresh }) => {
    ran.push(`update ${String(old.spec.name)} to ${String(fresh.spec.name)}`);
  });
  const world = await createHarness({
    seed,
    crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
    config: ({ transport }) => defineConfig({ name: 'hello', handlers: [kopf], plugins: [kubernetes({ transport }), keeping(stores)] }),
  });
  onTestFinished(() => world.close());
  await world.start();
  await world.create(example);
  await world.settle();
  return { world, stores, ran };
}

describe.each([1, 2, 3])('an operator with its memory outside of the objects (seed %i)', (seed) => {
  it('counts attempts over a restart, and leaves nothing but results on the object', async () => {
    const { world, ran } = await makeWorld(seed);
    await world.advance('10s');
    await world.restart();
    await world.advance('60s');
    expect(ran).toEqual(['create 0', 'create 1']);
    const object = await world.get(identity);
    expect(object?.status).toEqual({ attempts: 2 });
    expect(object?.metadata.annotations).toBeUndefined();
  });

  it('knows after a death what it had handled', async () => {
    const { world, ran } = await makeWorld(seed);
    await world.advance('60s');
    world.kill();
    await world.patch(identity, { spec: { name: 'other' } });
    await world.start();
    await world.advance('5s');
    expect(ran).toEqual(['create 0', 'create 1', 'update cluster to other']);
  });
});
