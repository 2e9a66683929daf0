import type { Harness, NewObject } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { createWorld, example, FINALIZER } from './world.js';

const namespace = (name: string): NewObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const within = (name: string, place: string): NewObject => example(name, { metadata: { namespace: place } });
const names = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `team-${String(from + index).padStart(2, '0')}`);
const isReview = ({ path }: { readonly path: string }): boolean => path.includes('selfsubjectaccessreviews');
const FORBIDDEN = { kind: 'status', code: 403 } as const;

async function startWorld(seen: string[], places: readonly string[], patterns: readonly string[] = ['team-*']): Promise<Harness> {
  const declare: Parameters<typeof createWorld>[0] = (kopf) => {
    kopf.on.create('KopfExample', { id: 'made' }, ({ namespace: place, name }) => void seen.push(`${String(place)}/${name}`));
    kopf.on.delete('KopfExample', { id: 'bye', backoff: 15 }, ({ namespace: place, name, retry }) => {
      if (retry === 0) throw new Error('not yet');
      seen.push(`bye ${String(place)}/${name}`);
    });
  };
  return createWorld(declare, { namespaces: patterns, objects: places.map(namespace) });
}

/** Where the kind is being watched: `*` for everywhere. */
function places(world: Harness): readonly string[] {
  const gone = world.factsOf('kind-released').map(({ of }) => of.namespace ?? '*');
  return world.factsOf('kind-served').flatMap(({ of }) => {
    const place = of.namespace ?? '*';
    const index = gone.indexOf(place);
    if (index < 0) return [place];
    gone.splice(index, 1);
    return [];
  });
}

describe('namespaces of patterns', () => {
  it('[D-23, D-24] are taken in and out by negations as they come', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, ['app-live', 'app-pr-1'], ['app-*,!*-pr-*,*-pr-9']);
    await world.start();
    for (const name of ['app-pr-9', 'app-pr-2', 'other']) await world.create(namespace(name));
    await world.advance(5);
    expect([...places(world)].sort()).toEqual(['app-live', 'app-pr-9']);
    for (const place of ['app-live', 'app-pr-1', 'app-pr-9', 'app-pr-2', 'other']) await world.create(within('a', place));
    await world.advance(5);
    expect(seen.sort()).toEqual(['app-live/a', 'app-pr-9/a']);
    await world.close();
  });

  it('[D-28] give way to plain names when namespaces may not be listed, which is said once, and are served when they may', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, ['plain', 'team-a'], ['plain', 'team-*']);
    const times = 20;
    world.faults.add(FORBIDDEN, { when: ({ path }) => path.startsWith('/api/v1/namespaces?'), times });
    await world.start();
    for (const place of ['plain', 'team-a']) await world.create(within('a', place));
    await world.advance(5);
    expect(seen).toEqual(['plain/a']);
    expect(world.factsOf('watch-health').filter(({ state }) => state === 'denied')).toHaveLength(1);
    await world.advance('20m');
    expect(seen).toEqual(['plain/a', 'team-a/a']);
    await world.close();
  });

  it('[D-29] stay as they were listed when they may not be watched', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, ['team-a']);
    await world.start();
    world.faults.add(FORBIDDEN, { when: ({ path }) => path.startsWith('/api/v1/namespaces?'), times: Infinity });
    world.breakWatches();
    await world.advance('10m');
    await world.create(within('a', 'team-a'));
    await world.advance(5);
    expect([seen, world.factsOf('watch-health').filter(({ state }) => state === 'denied').length]).toEqual([['team-a/a'], 1]);
    await world.close();
  });

  it('[D-30] are served while they terminate, so that their objects are released, and no longer', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, ['team-a']);
    await world.start();
    await world.create(within('a', 'team-a'));
    await world.advance(5);
    expect((await world.get({ ...example(), metadata: { name: 'a', namespace: 'team-a' } }))?.metadata.finalizers).toEqual([FINALIZER]);
    await world.delete({ ...namespace('team-a'), metadata: { name: 'team-a' } });
    await world.advance('1m');
    expect(seen).toEqual(['team-a/a', 'bye team-a/a']);
    expect(await world.get({ ...namespace('team-a'), metadata: { name: 'team-a' } })).toBeUndefined();
    expect(places(world)).toEqual([]);
    await world.close();
  });
});

describe('many namespaces', () => {
  it('are served by one watch of all of them, where that is allowed, which takes nothing of the others', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, [...names(25), 'other']);
    await world.start();
    expect(places(world)).toEqual(['*']);
    for (const place of ['team-03', 'other', 'team-24']) await world.create(within('a', place));
    await world.create(namespace('team-99'));
    await world.create(within('a', 'team-99'));
    await world.advance(5);
    expect(seen.sort()).toEqual(['team-03/a', 'team-24/a', 'team-99/a']);
    expect(places(world)).toEqual(['*']);
    expect(world.calls.filter(isReview)).toHaveLength(2);
    await world.close();
  });

  it('are served one by one where it is not, which is told with its code, once', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, names(25));
    world.faults.add(FORBIDDEN, { when: isReview, times: Infinity });
    await world.start();
    expect([...places(world)].sort()).toEqual(names(25));
    await world.create(within('a', 'team-07'));
    await world.create(namespace('team-99'));
    await world.advance('30m');
    expect(seen).toEqual(['team-07/a']);
    const told = world.factsOf('logged').filter(({ fields }) => fields['code'] === 'KOPF_MANY_NAMESPACES');
    expect(told.map(({ level, fields }) => [level, fields['namespaces']])).toEqual([['warn', 25]]);
    await world.close();
  });

  it('[D-22] are served one by one when the right to watch everywhere goes, and new ones by one watch again when it is back', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, names(25));
    await world.start();
    await world.create(within('early', 'team-01'));
    await world.advance(5);
    const isEverywhere = ({ path }: { readonly path: string }): boolean => path.startsWith('/apis/kopf.dev/v1/kopfexamples?');
    world.faults.add(FORBIDDEN, { when: (call) => isEverywhere(call) || isReview(call), times: Infinity });
    world.breakWatches();
    await world.advance('3m');
    expect([...places(world)].sort()).toEqual(names(25));
    await world.create(within('late', 'team-07'));
    await world.advance(5);
    expect(seen).toEqual(['team-01/early', 'team-07/late']);
    expect(world.factsOf('logged').filter(({ fields }) => fields['code'] === 'KOPF_MANY_NAMESPACES')).toHaveLength(1);
    // The answer to the watch counts, whatever a review says.
    expect(world.calls.filter(isReview)).toHaveLength(2);
    world.faults.clear();
    await world.advance('15m');
    await world.create(namespace('team-99'));
    await world.create(within('new', 'team-99'));
    await world.advance(5);
    expect([seen.at(-1), places(world).includes('*')]).toEqual(['team-99/new', true]);
    await world.close();
  });

  it('that become many keep the watches that they have; the new ones share one, and nothing is handled again', async () => {
    const seen: string[] = [];
    const world = await startWorld(seen, names(3));
    await world.start();
    for (const place of names(3)) await world.create(within('old', place));
    await world.advance(5);
    for (const name of names(22, 3)) {
      await world.create(namespace(name));
      await world.create(within('new', name));
    }
    await world.advance(10);
    const apart = places(world).filter((place) => place !== '*');
    expect(apart.length).toBeLessThanOrEqual(20);
    expect(places(world)).toContain('*');
    expect([...seen].sort()).toEqual([...names(3).map((place) => `${place}/old`), ...names(22, 3).map((place) => `${place}/new`)].sort());
    // One that had its own watch goes and comes back.
    await world.delete({ ...namespace('team-00'), metadata: { name: 'team-00' } });
    await world.advance(30);
    await world.create(namespace('team-00'));
    await world.advance(5);
    await world.create(within('back', 'team-00'));
    await world.advance(5);
    expect(seen.filter((text) => text.startsWith('team-00'))).toEqual(['team-00/old', 'team-00/back']);
    expect(world.factsOf('kind-released').map(({ of }) => of.namespace)).toEqual(['team-00']);
    await world.close();
  });
});

describe('a kind that cannot be listed', () => {
  it('[C10] holds up neither the start nor the other kinds, and is served when it can', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'mine' }, ({ name }) => void seen.push(`mine ${name}`));
        kopf.on.event('ConfigMap', { id: 'theirs' }, ({ name }) => void seen.push(`theirs ${name}`));
      },
      { objects: [example('old')] },
    );
    world.faults.add({ kind: 'status', code: 503 }, { when: ({ path }) => path.includes('kopfexamples?'), times: 8 });
    const began = world.clock.monotonicMs();
    await world.start();
    expect(world.clock.monotonicMs() - began).toBeLessThan(1000);
    await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } });
    await world.advance(1);
    expect(seen).toEqual(['theirs x']);
    await world.advance('5m');
    expect(seen).toEqual(['theirs x', 'mine old']);
    await world.close();
  });

  it('[C10] holds up the start for a while only, when it is to be asked for again later, and again and again', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'mine' }, ({ name }) => void seen.push(`mine ${name}`));
        kopf.on.event('ConfigMap', { id: 'theirs' }, ({ name }) => void seen.push(`theirs ${name}`));
      },
      { objects: [example('old')] },
    );
    const headers = { 'retry-after': '1' };
    const broken = world.server.faults.add(
      { resource: 'kopfexamples', verb: /list|watch/, times: Infinity },
      { kind: 'status', code: 429, message: 'storage is (re)initializing: conversion webhook failed', headers },
    );
    const began = world.clock.monotonicMs();
    await world.start();
    expect(world.clock.monotonicMs() - began).toBeLessThan(15_000);
    await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } });
    await world.advance(1);
    expect(seen).toEqual(['theirs x']);
    broken.remove();
    await world.advance('5m');
    expect(seen).toEqual(['theirs x', 'mine old']);
    await world.close();
  });
});
