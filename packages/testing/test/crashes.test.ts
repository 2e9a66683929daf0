import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, progressOf, shape, storedEssence } from './world.js';

/** Two handlers, a result each, a finalizer: the writes are finalizer, results, essence; then the removal. */
async function cycle(fault: { readonly nth: number; readonly point: 'c1' | 'c3' }) {
  let created = 0;
  let deleted = 0;
  const world = await createWorld((kopf) => {
    kopf.on.create('KopfExample', { id: 'one' }, () => {
      created += 1;
      return { made: true };
    });
    kopf.on.delete('KopfExample', { id: 'bye' }, () => void (deleted += 1));
  });
  let patches = 0;
  world.faults.add({ kind: 'kill', point: fault.point }, { when: (call) => call.method === 'PATCH' && patches++ === fault.nth });
  await world.start();
  await world.create(example());
  await world.advance(1);
  const killedInCreation = !world.running;
  if (killedInCreation) await world.start();
  await world.advance(5);
  const object = await world.get(A);
  const atRest = { status: object?.['status'], essence: storedEssence(object), progress: progressOf(object) };
  await world.delete(A);
  await world.advance(1);
  if (!world.running) await world.start();
  await world.advance(5);
  const left = await world.get(A);
  await world.close();
  return { created, deleted, atRest, left, killedInCreation };
}

describe('killed at a request', () => {
  const points = [0, 1, 2, 3].flatMap((nth) => (['c1', 'c3'] as const).map((point) => ({ nth, point })));
  it.each(points)('[A1, A3, S9] loses nothing at write $nth, $point', async (fault) => {
    const { created, deleted, atRest, left, killedInCreation } = await cycle(fault);
    expect(killedInCreation).toBe(fault.nth < 3);
    expect(atRest).toEqual({ status: { one: { made: true } }, essence: { spec: {} }, progress: {} });
    expect(left).toBeUndefined();
    expect(created).toBeLessThanOrEqual(2);
    expect(deleted).toBeGreaterThanOrEqual(1);
    expect(deleted).toBeLessThanOrEqual(2);
  });

  it('[A4, S8] repeats the handler once after a crash between result and essence, and does not write the result again', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => {
        calls += 1;
        return { n: 1 };
      });
    });
    await world.start();
    world.faults.add({ kind: 'kill', point: 'c1' }, { when: (call) => shape(call) === 'main json' });
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({ made: { n: 1 } });
    expect(storedEssence(await world.get(A))).toBeUndefined();
    await world.start();
    await world.settle();
    expect(calls).toBe(2);
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    const perLife = world.writes().map((call) => `${call.instance} ${shape(call)}`);
    expect(perLife).toEqual(['operator#1 status json', 'operator#1 main json', 'operator#2 main json']);
    await world.close();
  });

  it('writes nothing at a restart, and nothing while idle', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void (patch.status.ok = true));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    await world.start();
    for (const name of ['a', 'b', 'c']) await world.create(example(name));
    await world.settle();
    const writes = world.writes().length;
    await world.restart();
    await world.advance('1h');
    expect(world.writes()).toHaveLength(writes);
    await world.close();
  });
});

describe('answers that get lost', () => {
  it.each([
    { what: 'results', of: '/status' },
    { what: 'essence', of: 'last-handled-configuration' },
    { what: 'finalizer', of: '/metadata/finalizers' },
  ])('[C2, S8] does not call the handler again when the answer to the $what is lost', async ({ of }) => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => {
        calls += 1;
        return calls;
      });
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    await world.start();
    world.faults.add({ kind: 'commitThenLose' }, { when: (call) => call.method === 'PATCH' && JSON.stringify(call.body).includes(of) });
    await world.create(example());
    await world.advance(30);
    expect(calls).toBe(1);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ made: 1 });
    expect(storedEssence(object)).toEqual({ spec: {} });
    expect(object?.metadata.finalizers).toHaveLength(1);
    await world.close();
  });

  it.each([
    { what: 'fields of a handler', away: 0, usesFunction: false },
    { what: 'fields of a handler, while refreshes fail', away: 2, usesFunction: false },
    { what: 'functions of a handler', away: 0, usesFunction: true },
  ])('[C2, S4] leaves what somebody wrote over $what, when the answer was lost', async ({ away, usesFunction }) => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
        const ours = { phase: 'ours', count: 1 };
        if (usesFunction) patch.fns.push((body) => void (body.status = { ...body.status, ...ours }));
        else Object.assign(patch.status, ours);
      });
    });
    onTestFinished(() => world.close());
    await world.start();
    const act = async (): Promise<void> => {
      await world.mergeStatus(A, { phase: 'theirs' });
    };
    const isWrite = ({ method }: { readonly method: string }): boolean => method === 'PATCH';
    world.faults.add({ kind: 'commitThenLose' }, { when: isWrite });
    for (let time = 0; time < away; time += 1) world.faults.add({ kind: 'status', code: 503 }, { when: isWrite });
    world.faults.add({ kind: 'meanwhile', when: 'before', act }, { when: isWrite });
    await world.create(example());
    await world.advance('2m');
    expect(world.faults.pending).toBe(0);
    const object = await world.get(A);
    expect([object?.['status'], storedEssence(object)]).toEqual([{ phase: 'theirs', count: 1 }, { spec: {} }]);
  });

  it.each([500, 503, 429, 504, 409])('[C1] keeps the results over a %i and does not call the handler again', async (code) => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => {
        calls += 1;
        return calls;
      });
    });
    await world.start();
    world.faults.add({ kind: 'status', code }, { when: (call) => call.method === 'PATCH', times: 3 });
    await world.create(example());
    await world.advance(120);
    expect(calls).toBe(1);
    expect((await world.get(A))?.['status']).toEqual({ made: 1 });
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    await world.close();
  });
});
