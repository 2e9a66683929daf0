import { describe, expect, it } from 'vitest';
import { A, createWorld, example, storedEssence } from './world.js';

const MINUTE = 60;
const OBJECTS = 200;
const names = Array.from({ length: OBJECTS }, (_, index) => `o-${String(index)}`);

describe('an outage of the API server', () => {
  it('[C9, L9] with hundreds of objects waiting is met with less than a request a second, and over within a minute', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void (calls += 1)), {
      settings: { posting: { enabled: false } },
    });
    await world.start();
    await world.advance(1);
    world.faults.add({ kind: 'status', code: 500 }, { when: ({ method }) => method === 'PATCH', times: Infinity });
    for (const name of names) await world.create(example(name));
    await world.advance(2 * MINUTE);
    const before = world.calls.length;
    await world.advance(10 * MINUTE);
    expect((world.calls.length - before) / (10 * MINUTE)).toBeLessThanOrEqual(1);
    expect(before).toBeLessThan(2 * OBJECTS);
    world.faults.clear();
    const healed = world.calls.length;
    await world.advance(MINUTE);
    // Each object once, and whoever asked; where nobody knows whether the write before was done, the object is looked at first. No handler again.
    expect(world.calls.length - healed).toBeLessThanOrEqual(1.25 * OBJECTS);
    expect(calls).toBe(OBJECTS);
    for (const name of names) {
      expect(
        storedEssence(await world.get({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name, namespace: 'default' } })),
      ).toEqual({
        spec: {},
      });
    }
    await world.close();
  }, 60_000);

  it.each([1, 2, 3, 4, 5])(
    'of 35 seconds is over for a watch and for what waits to be written within two seconds (seed %i)',
    async (seed) => {
      const seen: string[] = [];
      const world = await createWorld(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'made' }, async ({ name }) => {
            if (name === 'caught') world.faults.add({ kind: 'drop' }, { times: Infinity });
            seen.push(name);
            return name;
          });
        },
        { seed, settings: { posting: { enabled: false } } },
      );
      await world.start();
      await world.create(example('caught'));
      await world.advance(1);
      world.breakWatches();
      await world.advance(35);
      await world.create(example('during'));
      world.faults.clear();
      await world.advance(2);
      await world.settle();
      expect(seen).toEqual(['caught', 'during']);
      for (const name of seen)
        expect(await world.get({ ...A, metadata: { ...A.metadata, name } })).toMatchObject({ status: { made: name } });
      await world.close();
    },
  );

  it('[L9] of an hour meets with few questions, a fortieth of a request a second and watch, and is over within six seconds', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name)), {
      settings: { posting: { enabled: false } },
    });
    await world.start();
    await world.advance(1);
    world.faults.add({ kind: 'drop' }, { times: Infinity });
    world.breakWatches();
    await world.advance(10 * MINUTE);
    const before = world.calls.length;
    await world.advance(50 * MINUTE);
    const asked = world.calls.slice(before);
    const questions = asked.filter(({ path }) => path === '/readyz').length;
    expect(questions).toBeGreaterThanOrEqual(50 * 11);
    expect(questions).toBeLessThanOrEqual(50 * 12);
    // Two watches: of the kind, and of definitions; each waits 15 s on average.
    expect(asked.length - questions).toBeLessThanOrEqual(2 * 50 * 6);
    await world.create(example('during'));
    world.faults.clear();
    const healed = world.calls.length;
    await world.advance(6);
    expect(seen).toEqual(['during']);
    // The question, two watches, two looks at what is served at most, and the object: no storm.
    expect(world.calls.length - healed).toBeLessThanOrEqual(8);
    await world.close();
  });

  it('[C3] does not cut short what the server itself asked for', async () => {
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined));
    await world.start();
    await world.advance(1);
    const later = { kind: 'status', code: 503, headers: { 'retry-after': '60' } } as const;
    world.faults.add(later, { when: ({ path }) => path.includes('/kopfexamples?') });
    world.faults.add({ kind: 'drop' }, { when: ({ path }) => !path.includes('/kopfexamples?'), times: Infinity });
    world.breakWatches();
    await world.advance(20);
    world.faults.clear();
    const healed = world.calls.length;
    const watches = () =>
      world.calls
        .slice(healed)
        .filter(({ path }) => path.includes('watch=true'))
        .map(({ path }) => path.split('?')[0]);
    await world.advance(20);
    expect(watches()).toEqual([expect.stringContaining('customresourcedefinitions')]);
    await world.advance(40);
    expect(watches()).toEqual([expect.stringContaining('customresourcedefinitions'), expect.stringContaining('kopfexamples')]);
    await world.close();
  });
});
