import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordedCall } from '../src/index.js';
import { createSeedExample, example, identity, type SeedExample } from './seed-example.js';

const seeds = [1, 2, 3, 4, 5, 6];

async function started(seed: number): Promise<SeedExample> {
  const made = await createSeedExample(seed);
  onTestFinished(() => made.world.close());
  await made.world.start();
  return made;
}

/** Started, and the object is there and handled. */
async function greeted(seed: number): Promise<SeedExample> {
  const made = await started(seed);
  await made.world.create(example);
  await made.world.settle();
  return made;
}

const endpointOf = ({ path }: RecordedCall) => (path.split('?')[0]?.endsWith('/status') === true ? 'status' : 'main');

describe.each(seeds)('the seed example (seed %i)', (seed) => {
  it('writes the name to the status of a new object', async () => {
    const { world, created } = await greeted(seed);
    expect((await world.get(identity))?.status).toEqual({ name: 'cluster' });
    expect(created).toEqual(['my-example']);
  });

  it('makes one status and one metadata write of a creation, in this order', async () => {
    const { world } = await greeted(seed);
    expect(world.writes().map(endpointOf)).toEqual(['status', 'main']);
  });

  it('greets every five seconds', async () => {
    const { world, printed } = await greeted(seed);
    await world.advance('16s');
    expect(printed.length).toBeGreaterThanOrEqual(3);
    expect(new Set(printed)).toEqual(new Set(['Hello, cluster!']));
  });

  it('shows at the next greeting what somebody else wrote to the status', async () => {
    const { world, printed } = await greeted(seed);
    await world.advance('6s');
    await world.mergeStatus(identity, { name: 'neighbour' });
    await world.advance('5s');
    expect(printed.at(-1)).toBe('Hello, neighbour!');
  });

  it('greets nobody after the deletion, and writes nothing', async () => {
    const { world, printed } = await greeted(seed);
    await world.advance('6s');
    await world.delete(identity);
    await world.settle();
    const before = [printed.length, world.writes().length];
    await world.advance('30s');
    expect([printed.length, world.writes().length]).toEqual(before);
    expect(await world.get(identity)).toBeUndefined();
  });

  it('writes nothing in 60 idle seconds', async () => {
    const { world } = await greeted(seed);
    const before = world.writes().length;
    await world.advance('60s');
    expect(world.writes().length).toBe(before);
  });

  it('writes nothing and creates nothing again after a restart, and greets on', async () => {
    const { world, printed, created } = await greeted(seed);
    const before = world.writes().length;
    await world.restart();
    printed.length = 0;
    await world.advance('11s');
    expect([world.writes().length, created.length]).toEqual([before, 1]);
    expect(printed).toContain('Hello, cluster!');
  });

  it('[B9] stops greeting who was deleted while nobody could see it', async () => {
    const { world, printed } = await greeted(seed);
    await world.advance('6s');
    world.breakWatches();
    await world.delete(identity);
    world.server.compact();
    await world.advance('60s');
    const before = printed.length;
    await world.advance('60s');
    expect(printed.length).toBe(before);
  });
});

describe.each(seeds)('after its death (seed %i)', (seed) => {
  it.each([
    { point: 'c3', endpoint: 'status', when: 'the status was committed and its answer was on its way' },
    { point: 'c1', endpoint: 'main', when: 'the status was written and the diff base was not yet sent' },
  ] as const)('[A4] keeps the result and repeats the handler at most once: $when', async ({ point, endpoint }) => {
    const { world, created } = await started(seed);
    world.faults.add({ kind: 'kill', point }, { when: (call) => call.method === 'PATCH' && endpointOf(call) === endpoint });
    await world.create(example);
    await world.settle();
    expect(world.running).toBe(false);
    expect((await world.get(identity))?.status).toEqual({ name: 'cluster' });
    await world.start();
    await world.advance('10s');
    expect((await world.get(identity))?.status).toEqual({ name: 'cluster' });
    expect(created.length).toBeLessThanOrEqual(2);
    const [before] = [world.writes().length];
    await world.restart();
    await world.advance('60s');
    expect(world.writes().length).toBe(before);
  });
});

describe('under one seed', () => {
  const story = async (seed: number) => {
    const { world, printed, created } = await started(seed);
    for (const name of ['a', 'b', 'c']) await world.create({ ...example, metadata: { name, namespace: 'default' } });
    await world.advance('7s');
    world.breakWatches();
    await world.patch({ ...identity, metadata: { name: 'b' } }, { spec: { name: 'other' } });
    await world.advance('7s');
    world.kill();
    await world.start();
    await world.advance('7s');
    const calls = world.calls.map(({ at, instance, method, path, body, result }) => ({ at, instance, method, path, body, result }));
    return { calls, facts: world.facts.map(({ at, kind }) => ({ at, kind })), printed, created };
  };

  it.each([1, 2, 3])('everything happens alike twice (seed %i)', async (seed) => {
    expect(await story(seed)).toEqual(await story(seed));
  });

  it('and otherwise under another', async () => {
    const orders = new Set<string>();
    for (const seed of seeds) orders.add(JSON.stringify((await story(seed)).calls.map(({ path, at }) => [path, at])));
    expect(orders.size).toBeGreaterThan(1);
  });
});
