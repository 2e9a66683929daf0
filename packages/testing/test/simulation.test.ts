import { createRegistry, defineConfig, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type CrashPoint,
  createSimulation,
  customResourceDefinition,
  entriesOf,
  hashHistory,
  type LineFault,
  type OperatorParts,
  type Simulation,
} from '../src/index.js';
import { A, createWorld, example, KIND } from './world.js';

const configOf =
  (name: string, declare: (kopf: Registry) => void) =>
  ({ transport }: OperatorParts) => {
    const kopf = createRegistry();
    declare(kopf);
    return defineConfig({ name, handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] });
  };

async function twoOperators(seed = 1): Promise<Simulation> {
  const declare = (name: string) =>
    configOf(name, (kopf) => void kopf.on.create('KopfExample', { id: name }, ({ spec }) => ({ seen: spec.x ?? null })));
  const world = await createSimulation({
    seed,
    crds: [customResourceDefinition(KIND)],
    operators: { one: declare('one'), two: declare('two') },
  });
  onTestFinished(() => world.close());
  return world;
}

/** One operator that stores a result, in the middle of a fault at that write. */
async function storing(seed = 1) {
  const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true })), { seed });
  onTestFinished(() => world.close());
  await world.start();
  return world;
}

const isStatus = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method === 'PATCH' && path.includes('/status');

describe('a simulation', () => {
  it.each([1, 2, 3])('runs several operators on one cluster, each with its own state on the object (seed %i)', async (seed) => {
    const world = await twoOperators(seed);
    await world.operator('one').start();
    await world.operator('two').start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.advance(10);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ one: { seen: 1 }, two: { seen: 1 } });
    expect(new Set(entriesOf(world.history, 'handler-start').map(({ instance }) => instance))).toEqual(new Set(['one#1', 'two#1']));
    expect(world.operator('two').running).toBe(true);
    world.operator('one').kill();
    expect([world.operator('one').running, world.operator('two').running]).toEqual([false, true]);
  });

  it('names the operators that there are when asked for another', async () => {
    const world = await twoOperators();
    expect(() => world.operator('three')).toThrow(expect.objectContaining({ code: 'KOPF_HARNESS_MISUSE' }) as Error);
  });

  it('[S22] tells the same story under the same seed, and another one under another', async () => {
    const hashOf = async (seed: number): Promise<string> => {
      const world = await twoOperators(seed);
      await world.operator('one').start();
      await world.operator('two').start();
      await world.create(example());
      await world.advance('10m');
      return hashHistory(world.history);
    };
    expect(await hashOf(5)).toBe(await hashOf(5));
    expect(await hashOf(5)).not.toBe(await hashOf(6));
  });

  it('writes down for which object a request is sent, also when it is repeated, and by which call a commit was made', async () => {
    const world = await storing();
    world.faults.add({ kind: 'drop' }, { when: isStatus });
    const { metadata } = await world.create(example());
    await world.advance(5);
    const writes = entriesOf(world.history, 'call').filter(({ method }) => method === 'PATCH');
    expect(writes.map(({ contextUid }) => contextUid)).toEqual([metadata.uid, metadata.uid, metadata.uid]);
    const own = entriesOf(world.history, 'commit').filter(({ actor }) => actor === 'operator#1');
    expect(own.map(({ call }) => call)).toEqual(writes.slice(1).map(({ call }) => call));
    expect(entriesOf(world.history, 'call').filter(({ method, contextUid }) => method === 'GET' && contextUid !== undefined)).toEqual([]);
  });
});

describe('an operator tells what it holds', () => {
  it('objects and their timers while they exist, and nothing of those that are gone or of an operator that ended', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.timer('KopfExample', { id: 'tick', interval: 60, when: ({ name }) => name === 'b' }, () => undefined);
    });
    onTestFinished(() => world.close());
    await world.start();
    const a = await world.create(example('a'));
    const b = await world.create(example('b'));
    await world.settle();
    world.noteHolding();
    await world.delete(A);
    await world.settle();
    world.noteHolding();
    await world.stop();
    world.noteHolding();
    const uids = [a, b].map(({ metadata }) => metadata.uid);
    expect(entriesOf(world.history, 'holding')).toEqual([
      expect.objectContaining({
        instance: 'operator#1',
        objects: [...uids].sort(),
        timers: [uids[1]],
        longestQueue: 0,
        requestsInFlight: 0,
      }),
      expect.objectContaining({ objects: [uids[1]], timers: [uids[1]] }),
    ]);
  });
});

describe('an operator that dies at a write', () => {
  it.each<{ point: CrashPoint; committed: boolean; known: string }>([
    { point: 'c1', committed: false, known: 'dropped' },
    { point: 'c2', committed: false, known: 'dropped' },
    { point: 'c3', committed: true, known: 'lost' },
    { point: 'c4', committed: true, known: 'answered' },
  ])('leaves behind what it had done by $point', async ({ point, committed, known }) => {
    const world = await storing();
    world.faults.add({ kind: 'kill', point }, { when: isStatus });
    await world.create(example());
    await world.settle();
    expect(world.running).toBe(false);
    expect((await world.get(A))?.['status']).toEqual(committed ? { made: { ok: true } } : undefined);
    expect(world.writes().map(({ result }) => result.kind)).toEqual([known]);
    expect(world.history.at(-1)).toMatchObject({ kind: 'life', instance: 'operator#1', change: 'killed' });
  });

  it('is started again by a supervisor, as often as it takes', async () => {
    const world = await storing();
    world.keepAlive('1s');
    world.faults.add({ kind: 'kill', point: 'c1' }, { when: isStatus });
    // The second life does not come up: nobody answers it.
    world.faults.add({ kind: 'drop' }, { when: ({ instance }) => instance === 'operator#2', times: 100 });
    await world.create(example());
    await world.until('the result is stored', async () => (await world.get(A))?.['status'] !== undefined, '10m');
    const started = entriesOf(world.history, 'life').filter(({ change }) => change === 'started');
    expect(started.map(({ instance }) => instance).slice(0, 3)).toEqual(['operator#1', 'operator#2', 'operator#3']);
    expect((started[1]?.atMs ?? 0) - (started[0]?.atMs ?? 0)).toBe(1000);
  });
});

describe('an operator that stands still', () => {
  it.each<{ point: CrashPoint; committed: boolean; writes: number }>([
    { point: 'c1', committed: false, writes: 1 },
    { point: 'c2', committed: false, writes: 1 },
    { point: 'c3', committed: true, writes: 1 },
    { point: 'c4', committed: true, writes: 2 },
  ])('does nothing meanwhile, and goes on from where it was ($point)', async ({ point, committed, writes }) => {
    const world = await storing();
    world.faults.add({ kind: 'pause', point, ms: 20_000 }, { when: isStatus });
    await world.create(example());
    await world.advance(19);
    // With the answer in memory the next request is made up, but does not leave.
    expect(world.writes()).toHaveLength(writes);
    const object = await world.get(A);
    expect(object?.['status']).toEqual(committed ? { made: { ok: true } } : undefined);
    expect(object?.metadata.annotations).toBeUndefined();
    await world.advance(60);
    expect((await world.get(A))?.['status']).toEqual({ made: { ok: true } });
    expect((await world.get(A))?.metadata.annotations).toBeDefined();
    expect(entriesOf(world.history, 'life').map(({ change }) => change)).toEqual(['started', 'paused', 'woken']);
    expect(entriesOf(world.history, 'handler-start').filter(({ reason }) => reason === 'create')).toHaveLength(1);
  });

  it('does not even notice that a request timed out before it wakes', async () => {
    const world = await storing();
    world.faults.add({ kind: 'halfOpen' }, { when: isStatus });
    await world.create(example());
    await world.settle();
    const before = world.calls.length;
    world.pause('1m');
    await world.advance(55);
    expect(world.calls).toHaveLength(before);
    await world.advance(20);
    expect((await world.get(A))?.['status']).toEqual({ made: { ok: true } });
  });

  it('hears of what happened when it wakes', async () => {
    const world = await storing();
    world.pause('1m');
    await world.create(example());
    await world.advance(50);
    expect(world.writes()).toEqual([]);
    await world.advance(15);
    expect((await world.get(A))?.['status']).toEqual({ made: { ok: true } });
  });
});

describe('a line of a watch', () => {
  const isWatch = ({ path }: { readonly path: string }): boolean => path.includes('kopfexamples?watch=');
  it.each<LineFault>([
    { kind: 'cutBefore' },
    { kind: 'cutInside', bytes: 3 },
    { kind: 'cutAfter' },
    { kind: 'duplicate' },
    { kind: 'delay', ms: 3000 },
    { kind: 'error', code: 410 },
    { kind: 'error', code: 500 },
    { kind: 'silence' },
  ])('[B1, B2, B16] is not missed and not handled twice under $kind ($#)', async (how) => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true })));
    onTestFinished(() => world.close());
    world.faults.add({ kind: 'line', nth: 0, how }, { when: isWatch });
    await world.start();
    await world.create(example());
    await world.advance('11m');
    expect((await world.get(A))?.['status']).toEqual({ made: { ok: true } });
    expect(entriesOf(world.history, 'handler-start')).toHaveLength(1);
    const lasting = how.kind === 'silence' ? ['silence from line 0'] : [];
    expect(entriesOf(world.history, 'fault').map(({ what }) => what)).toEqual([`line 0: ${how.kind}`, ...lasting]);
  });
});

describe('a replica of the server', () => {
  it.each([1, 2, 3])(
    '[B13] that is frozen, thaws, and gives way to another shows an operator nothing twice or backwards (seed %i)',
    async (seed) => {
      const world = await createWorld(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true }));
          kopf.on.update('KopfExample', { id: 'changed' }, ({ new: fresh }) => ({ x: fresh.spec.x }));
          kopf.on.event('KopfExample', { id: 'heard' }, () => undefined);
        },
        { seed },
      );
      onTestFinished(() => world.close());
      const replica = world.server.replica();
      world.connectTo(replica);
      await world.start();
      await world.create(example());
      await world.advance(5);
      replica.freeze();
      await world.patch(A, { spec: { x: 2 } });
      await world.advance(5);
      expect((await world.get(A))?.['status']).toEqual({ made: { ok: true } });
      world.connectTo(world.server);
      world.breakWatches();
      await world.advance(40);
      expect((await world.get(A))?.['status']).toEqual({ made: { ok: true }, changed: { x: 2 } });
      // Back to the one that still lives in the past.
      world.connectTo(replica);
      world.breakWatches();
      await world.advance(40);
      replica.thaw();
      await world.patch(A, { spec: { x: 3 } });
      await world.advance(60);
      expect((await world.get(A))?.['status']).toEqual({ made: { ok: true }, changed: { x: 3 } });
      const versions = entriesOf(world.history, 'handler-start').flatMap(({ reason, resourceVersion }) =>
        reason === 'event' ? [Number(resourceVersion)] : [],
      );
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      const changes = entriesOf(world.history, 'handler-start').filter(({ reason }) => reason !== 'event');
      expect(changes.map(({ handler }) => handler)).toEqual(['made', 'changed', 'changed']);
    },
  );
});
