import { createRegistry, defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarness, customResourceDefinition, type Harness } from '../src/index.js';
import { createSeedExample, example, identity } from './seed-example.js';

async function makeWorld(): Promise<Harness> {
  const { world } = await createSeedExample(1);
  onTestFinished(() => world.close());
  return world;
}

describe('the harness', () => {
  it('refuses to start an operator that runs', async () => {
    const world = await makeWorld();
    await world.start();
    await expect(world.start()).rejects.toMatchObject({ code: 'KOPF_HARNESS_MISUSE' });
  });

  it('rejects a start that fails, and starts the next life', async () => {
    const world = await makeWorld();
    world.faults.add({ kind: 'status', code: 401 }, { times: 10 });
    await expect(world.start()).rejects.toMatchObject({ code: 'KOPF_UNAUTHORIZED' });
    world.faults.clear();
    await world.start();
    expect(world.running).toBe(true);
  });

  it('says what the server has against an object of the test', async () => {
    const world = await makeWorld();
    await world.create(example);
    await expect(world.create(example)).rejects.toMatchObject({ code: 'KOPF_HARNESS_REFUSED', status: 409 });
    await expect(world.create({ ...example, kind: 'Unknown' })).rejects.toMatchObject({ code: 'KOPF_HARNESS_REFUSED', status: 404 });
  });

  it('gives and lists objects of namespaced and of cluster-wide kinds', async () => {
    const world = await makeWorld();
    await world.create(example);
    expect(await world.get({ ...identity, metadata: { name: 'missing' } })).toBeUndefined();
    expect((await world.list({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample' })).map(({ metadata }) => metadata.name)).toEqual([
      'my-example',
    ]);
    expect(await world.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })).toMatchObject({ kind: 'Namespace' });
  });

  it('[B-65] waits for a condition as long as it needs, and not longer', async () => {
    const world = await makeWorld();
    const { clock } = world;
    const wake = new Promise<void>((resolve) => clock.schedule(4000, resolve));
    let awake = false;
    const waking = wake.then(() => {
      awake = true;
    });
    await world.until('to wake up', () => awake);
    await waking;
    expect(clock.monotonicMs()).toBe(4000);
    await expect(world.until('a miracle', () => false, '2s')).rejects.toMatchObject({ code: 'KOPF_HARNESS_STUCK' });
  });

  it('keeps the engine from acting after its death, in the middle of a handler', async () => {
    let reached = 0;
    const kopf = createRegistry();
    const gate: (() => void)[] = [];
    kopf.on.create('KopfExample', async ({ patch }) => {
      reached += 1;
      await new Promise<void>((resolve) => gate.push(resolve));
      patch.status.name = 'too late';
    });
    const world = await createHarness({
      crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
      config: ({ transport }) => defineConfig({ name: 'hello', handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] }),
    });
    onTestFinished(() => world.close());
    await world.start();
    await world.create(example);
    await world.settle();
    const facts = world.facts.length;
    world.kill();
    for (const open of gate) open();
    await world.advance('10m');
    expect([reached, world.writes().length, world.facts.length - facts]).toEqual([1, 0, 0]);
    expect((await world.get(identity))?.status).toBeUndefined();
  });
});
