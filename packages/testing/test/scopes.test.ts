import { customResourceDefinition, type Harness, type NewObject } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { createWorld, example } from './world.js';

const namespace = (name: string): NewObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const within = (name: string, place: string): NewObject => example(name, { metadata: { namespace: place } });

function seenIn(list: string[]) {
  return (kopf: Parameters<Parameters<typeof createWorld>[0]>[0]): void => {
    kopf.on.create('KopfExample', { id: 'made' }, ({ namespace: place, name }) => void list.push(`${String(place)}/${name}`));
  };
}

async function fill(world: Harness, places: readonly string[]): Promise<void> {
  for (const place of places) await world.create(within('a', place));
}

describe('namespaces', () => {
  it('[D-21] are all served by one list and one watch when nothing is said', async () => {
    const seen: string[] = [];
    const world = await createWorld(seenIn(seen), { objects: [namespace('one'), namespace('two')] });
    await world.start();
    await fill(world, ['one', 'two', 'default']);
    await world.settle();
    expect(seen.sort()).toEqual(['default/a', 'one/a', 'two/a']);
    const paths = world.calls.filter(({ path }) => path.includes('kopfexamples?')).map(({ path }) => path.split('?')[0]);
    expect(new Set(paths)).toEqual(new Set(['/apis/kopf.dev/v1/kopfexamples']));
    await world.close();
  });

  it('[D-22, D-28] are served one by one when they are named, without a look at the namespaces themselves', async () => {
    const seen: string[] = [];
    const world = await createWorld(seenIn(seen), { namespaces: ['one'], objects: [namespace('one'), namespace('two')] });
    await world.start();
    await fill(world, ['one', 'two']);
    await world.settle();
    expect(seen).toEqual(['one/a']);
    expect(world.calls.some(({ path }) => path.startsWith('/api/v1/namespaces?'))).toBe(false);
    await world.close();
  });

  it('[D-22, D-31, RU-35] come and go at run time when they are given as patterns', async () => {
    const seen: string[] = [];
    const world = await createWorld(seenIn(seen), { namespaces: ['team-*'], objects: [namespace('team-a'), namespace('other')] });
    await world.start();
    await fill(world, ['team-a', 'other']);
    await world.settle();
    expect(seen).toEqual(['team-a/a']);
    await world.create(namespace('team-b'));
    await world.advance(5);
    await fill(world, ['team-b']);
    await world.advance(5);
    expect(seen).toEqual(['team-a/a', 'team-b/a']);
    await world.delete({ ...namespace('team-b'), metadata: { name: 'team-b' } });
    await world.advance(5);
    expect(world.factsOf('kind-released').map(({ of }) => of.namespace)).toEqual(['team-b']);
    await world.close();
  });

  it('[D-26] are those of any pattern of several, each for itself', async () => {
    const seen: string[] = [];
    const names = ['team-a', 'team-x', 'plain', 'other'];
    const world = await createWorld(seenIn(seen), { namespaces: ['team-*, !*-x', 'plain', 'late?'], objects: names.map(namespace) });
    await world.start();
    await world.create(namespace('late1'));
    await world.advance(5);
    await fill(world, [...names, 'late1']);
    await world.advance(5);
    expect(seen.sort()).toEqual(['late1/a', 'plain/a', 'team-a/a']);
    await world.close();
  });

  it('[I-25, D-33] that come in several pages are all known before anything is handled, or an index is complete', async () => {
    const seen: unknown[] = [];
    const names = Array.from({ length: 499 }, (_, index) => `other-${String(index)}`);
    const ends = ['a-team', 'z-team'];
    const world = await createWorld(
      (kopf) => {
        const all = kopf.index('KopfExample', { id: 'all' }, ({ namespace: place }) => String(place));
        kopf.on.create('KopfExample', { id: 'made' }, ({ index }) => void seen.push([...index(all).get(null)].sort()));
      },
      {
        namespaces: ['*-team'],
        initialList: 'pages',
        objects: [...[...names, ...ends].map(namespace), ...ends.map((place) => within('a', place))],
      },
    );
    const isSecondPage = ({ path }: { readonly path: string }): boolean =>
      path.startsWith('/api/v1/namespaces?') && path.includes('continue=');
    world.faults.add({ kind: 'delay', ms: 10_000 }, { when: isSecondPage, times: 1 });
    await world.start();
    await world.settle();
    const pages = world.calls.filter(({ path }) => path.startsWith('/api/v1/namespaces?') && !path.includes('watch=true'));
    expect([pages.length, seen]).toEqual([2, [ends, ends]]);
    await world.close();
  });

  it('[I-25, D-33] are waited for when the list of them fails', async () => {
    const seen: unknown[] = [];
    const places = ['team-a', 'team-b'];
    const world = await createWorld(
      (kopf) => {
        const all = kopf.index('KopfExample', { id: 'all' }, ({ namespace: place }) => String(place));
        kopf.on.create('KopfExample', { id: 'made' }, ({ index }) => void seen.push([...index(all).get(null)].sort()));
      },
      { namespaces: ['team-*'], objects: [...places.map(namespace), ...places.map((place) => within('a', place))] },
    );
    world.faults.add({ kind: 'status', code: 500 }, { when: ({ path }) => path.startsWith('/api/v1/namespaces?'), times: 3 });
    await world.start();
    expect(world.factsOf('operator-ready').map(({ collections }) => collections)).toEqual([2]);
    await world.advance('1m');
    expect(seen).toEqual([places, places]);
    await world.close();
  });

  it('[D-32] do not matter for cluster-scoped kinds', async () => {
    const seen: string[] = [];
    const world = await createWorld(seenIn(seen), {
      namespaces: ['one'],
      kind: { group: 'kopf.dev', kind: 'KopfExample', scope: 'Cluster' },
    });
    await world.start();
    await world.create({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'wide' } });
    await world.settle();
    expect(seen).toEqual(['undefined/wide']);
    await world.close();
  });
});

describe('without scanning', () => {
  const settings = { scanning: { disabled: true } };

  it('[CF-40, D-11] kinds are those of the start: nothing is watched that would tell of others', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        seenIn(seen)(kopf);
        kopf.on.create('Other', { id: 'other' }, () => void seen.push('other'));
      },
      { settings },
    );
    await world.start();
    await world.create(customResourceDefinition({ group: 'other.dev', kind: 'Other' }) as NewObject);
    await world.advance('1h');
    await world.create({ apiVersion: 'other.dev/v1', kind: 'Other', metadata: { name: 'x' } });
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['default/a']);
    expect(world.calls.filter(({ path }) => path.includes('customresourcedefinitions'))).toEqual([]);
    await world.close();
  });

  it('[CF-40, D-28] namespaces are those that are named; patterns are not used, and that is said', async () => {
    const seen: string[] = [];
    const objects = [namespace('one'), namespace('team-a')];
    const world = await createWorld(seenIn(seen), { namespaces: ['one', 'team-*'], objects, settings });
    await world.start();
    await fill(world, ['one', 'team-a']);
    await world.settle();
    expect(seen).toEqual(['one/a']);
    expect(world.factsOf('logged')).toMatchObject([{ level: 'warn', fields: { patterns: 'team-*' } }]);
    await world.close();
  });
});
