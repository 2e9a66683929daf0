// Somebody takes away what we note on an object, for ever: a tool that makes objects what a repository says.
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { closeWorlds, explainedWorld } from './support/explained-world.js';
import { A, createWorld, example, FINALIZER, LHC, type WorldOptions } from './world.js';

afterAll(closeWorlds);

type World = Awaited<ReturnType<typeof createWorld>>;

/** Merges under a name of its own, as such tools do, which own what they write; that they removed something leaves no name. */
async function revert(world: World, metadata: object, name = 'a'): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'gitops', accept: 'application/json' };
  const path = `/apis/kopf.dev/v1/namespaces/default/kopfexamples/${name}?fieldManager=gitops`;
  const { status } = await world.server.handle({
    method: 'PATCH',
    path,
    headers,
    body: JSON.stringify({ metadata: { ...metadata, labels: { from: 'git' } } }),
  });
  expect(status).toBe(200);
}

async function startWorld(options: WorldOptions = {}): Promise<{ readonly world: World; readonly seen: string[] }> {
  const seen: string[] = [];
  const world = await createWorld((kopf) => {
    kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(`made ${name}`));
    kopf.on.update('KopfExample', { id: 'changed' }, ({ name }) => void seen.push(`changed ${name}`));
    kopf.on.delete('KopfExample', { id: 'bye' }, ({ name }) => void seen.push(`bye ${name}`));
  }, options);
  onTestFinished(() => world.close());
  await world.start();
  await world.create(example());
  await world.settle();
  return { world, seen };
}

const PLACES = [
  { what: 'finalizer', field: 'metadata.finalizers', metadata: { finalizers: [] } },
  { what: 'essence', field: `metadata.annotations.${LHC}`, metadata: { annotations: { [LHC]: null } } },
  { what: 'old essence', field: `metadata.annotations.${LHC}`, metadata: { annotations: { [LHC]: '{"spec":{"of":"a repository"}}' } } },
];

describe('a tool that takes our notes away', () => {
  it.each(PLACES)('[D5] every ten seconds ($what) is met ever more slowly, and people hear once who it is', async ({ field, metadata }) => {
    const { world } = await startWorld();
    const tenSeconds = async (): Promise<void> => {
      await revert(world, metadata);
      await world.advance(10);
    };
    for (let round = 0; round < 120; round += 1) await tenSeconds();
    const told = world.factsOf('notes-contested');
    expect(told[0]).toMatchObject({ fields: [field], times: 3, managers: expect.arrayContaining(['gitops']) as unknown, news: 'kind' });
    expect(new Set(told.slice(1).map(({ news }) => news))).toEqual(new Set(['none']));
    const before = world.writes().length;
    for (let round = 0; round < 60; round += 1) await tenSeconds();
    // In ten minutes: each time it is put right, which takes two requests at most.
    expect(world.writes().length - before).toBeGreaterThan(5);
    expect(world.writes().length - before).toBeLessThanOrEqual(2 * 11);
    const events = await world.list({ apiVersion: 'v1', kind: 'Event' });
    expect(events.map((event) => event['reason'])).toEqual(['NotesContested']);

    // It has given up: all is as it was, and stays so.
    await world.advance('2m');
    const object = await world.get(A);
    expect(object?.metadata.finalizers).toEqual([FINALIZER]);
    expect(object?.metadata.annotations?.[LHC]).toContain('{"spec":{},"metadata":{"labels":{"from":"git"}}}');
    const { length } = world.writes();
    await world.advance('1d');
    expect(world.writes()).toHaveLength(length);
  });

  it('[D5] is the reason that an explanation gives while nothing is put right', async () => {
    const world = await explainedWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined));
    await world.start();
    await world.create(example());
    for (let round = 0; round < 8; round += 1) {
      await world.advance(60);
      await revert(world, { finalizers: [] });
    }
    await world.settle();
    const told = world.ask();
    expect(JSON.stringify(told.answer.reasons)).toMatch(/"code":"contested","text":"[^"]*gitops[^"]*metadata\.finalizers/);
  });

  it('[D5] at once, whenever we write, is no loop', async () => {
    const { world } = await startWorld();
    for (let at = 0; at < 600; at += 1) {
      if ((await world.get(A))?.metadata.finalizers?.length) await revert(world, { finalizers: [] });
      await world.advance(1);
    }
    expect(world.writes().length).toBeLessThanOrEqual(40);
    expect(world.factsOf('notes-contested').filter(({ news }) => news !== 'none')).toHaveLength(1);
  });

  it('[D5] of many objects of a kind is a warning once, and keeps neither their deletion nor other objects waiting', async () => {
    const { world, seen } = await startWorld();
    await world.create(example('b'));
    for (let round = 0; round < 12; round += 1) {
      for (const name of ['a', 'b']) await revert(world, { annotations: { [LHC]: null } }, name);
      await world.advance(10);
    }
    expect(world.factsOf('notes-contested').flatMap(({ object, news }) => (news === 'none' ? [] : `${object.name} ${news}`))).toEqual([
      'a kind',
      'b object',
    ]);
    seen.length = 0;
    await revert(world, { annotations: { [LHC]: null } });
    await world.create(example('c'));
    await world.delete(A);
    await world.advance(1);
    expect(seen.toSorted()).toEqual(['bye a', 'made c']);
  });

  it('[D5] is nobody who does so once or twice, or now and then', async () => {
    const { world } = await startWorld();
    for (let round = 0; round < 20; round += 1) {
      for (const metadata of [{ finalizers: [] }, { annotations: { [LHC]: null } }]) {
        await revert(world, metadata);
        await world.advance(1);
        expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
      }
      await world.advance('11m');
    }
    expect(world.factsOf('notes-contested')).toEqual([]);
  });
});
