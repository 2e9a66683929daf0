import { describe, expect, it, onTestFinished } from 'vitest';
import { type Fault, isWrite } from '../src/index.js';
import { createSeedExample, example, identity, type SeedExample } from './seed-example.js';
import { seeds } from './seeds.js';

const LAST_HANDLED = 'hello.kopf.zalando.org/last-handled-configuration';

const DISCOVERY = /^\/apis?(\/[^/]+\/[^/]+)?$/;

async function prepared(seed: number): Promise<SeedExample> {
  const made = await createSeedExample(seed);
  onTestFinished(() => made.world.close());
  return made;
}

/** How many requests a start and a creation take. */
async function lengthOfStory(seed: number): Promise<number> {
  const { world } = await prepared(seed);
  await world.start();
  await world.create(example);
  await world.settle();
  return world.calls.length;
}

describe.each(seeds(1, 2))('the sweep of crashes over a start and a creation (seed %i)', (seed) => {
  it('[A1, A4, S9] converges after a death at any request, before it left or after it was done, with at most one repetition', async () => {
    const length = await lengthOfStory(seed);
    expect(length).toBeGreaterThan(5);
    for (let index = 0; index < length; index += 1) {
      for (const point of ['c1', 'c3'] as const) {
        const { world, created, printed } = await prepared(seed);
        const where = `${point} of request ${String(index)}`;
        world.faults.add({ kind: 'kill', point }, { when: (call) => call.index === index });
        await world.start();
        await world.create(example);
        await world.settle();
        expect(world.running, where).toBe(false);
        const statusBefore = (await world.get(identity))?.status;
        await world.start();
        await world.advance('10s');
        const object = await world.get(identity);
        expect(object?.status, where).toEqual({ name: 'cluster' });
        if (statusBefore !== undefined) expect(statusBefore, where).toEqual({ name: 'cluster' });
        expect(object?.metadata.annotations, where).toHaveProperty([LAST_HANDLED]);
        expect(created.length, where).toBeGreaterThanOrEqual(1);
        expect(created.length, where).toBeLessThanOrEqual(2);
        expect(printed, where).toContain('Hello, cluster!');
      }
    }
  });
});

describe.each(seeds(3))('the sweep of faults over a start and a creation (seed %i)', (seed) => {
  it.each<Fault>([
    { kind: 'drop' },
    { kind: 'commitThenLose' },
    { kind: 'halfOpen' },
    { kind: 'cut', afterBytes: 30 },
    { kind: 'delay', ms: 3000 },
    { kind: 'status', code: 429 },
    { kind: 'status', code: 500 },
    { kind: 'status', code: 504 },
  ])('[C1, C2] converges after any request met $kind once ($#), or says at the start that there is no cluster', async (fault) => {
    const length = await lengthOfStory(seed);
    for (let index = 0; index < length; index += 1) {
      const { world, created } = await prepared(seed);
      const where = `request ${String(index)}`;
      world.faults.add(fault, { when: (call) => call.index === index });
      await world.start().catch((error: unknown) => {
        expect(world.calls.at(-1)?.path, where).toMatch(DISCOVERY);
        expect(error, where).toMatchObject({ code: expect.stringMatching(/^KOPF_/) });
        return world.start();
      });
      await world.create(example);
      await world.advance('3m');
      const object = await world.get(identity);
      expect(object?.status, where).toEqual({ name: 'cluster' });
      expect(object?.metadata.annotations, where).toHaveProperty([LAST_HANDLED]);
      expect(created.length, where).toBeLessThanOrEqual(2);
    }
  });
});

describe.each(seeds(1, 2, 3))('an object that is deleted and created anew under way (seed %i)', (seed) => {
  it.each([0, 1])('[D1] gets nothing of the old one, when write %i of the old one comes late', async (late) => {
    const { world } = await prepared(seed);
    await world.start();
    let writes = 0;
    world.faults.add({ kind: 'delay', ms: 1000 }, { when: (call) => isWrite(call) && (writes += 1) === late + 1 });
    await world.create(example);
    await world.settle();
    await world.delete(identity);
    const young = await world.create({ ...example, spec: { name: 'young' } });
    await world.advance('30s');
    const object = await world.get(identity);
    expect(object?.metadata.uid).toBe(young.metadata.uid);
    expect(object?.status).toEqual({ name: 'young' });
    expect(JSON.parse(object?.metadata.annotations?.[LAST_HANDLED] ?? 'null')).toMatchObject({ spec: { name: 'young' } });
  });
});
