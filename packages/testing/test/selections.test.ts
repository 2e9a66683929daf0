import { customResourceDefinition, type NewObject } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, FINALIZER } from './world.js';

const labelled = (name: string, team: string | null) => example(name, { metadata: { labels: team === null ? {} : { team } } });
const queries = (calls: readonly { readonly path: string }[]) =>
  calls.filter(({ path }) => path.includes('/kopfexamples?')).map(({ path }) => new URL(path, 'http://x').searchParams);

describe('selectors of the server', () => {
  it('[W-22, W-24, API-11] go with every list and watch of the kinds that they match, joined, each once, and with no other request', async () => {
    const seen: string[] = [];
    const labelSelectors = { 'kopfexamples.kopf.dev': 'tier!=web', KopfExample: 'team=a', kopfexample: 'tier!=web' };
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name)), {
      initialList: 'pages',
      settings: { watching: { labelSelectors, fieldSelectors: { 'kopf.dev/v1/kopfexamples': 'metadata.name!=c' } } },
      objects: [labelled('a', 'a'), labelled('b', 'b'), labelled('c', 'a')],
    });
    await world.start();
    await world.create(labelled('late', 'a'));
    await world.settle();
    world.breakWatches();
    await world.advance(5);
    expect(seen).toEqual(['a', 'late']);
    expect(queries(world.calls).length).toBeGreaterThanOrEqual(3);
    for (const query of queries(world.calls)) {
      expect([query.get('labelSelector'), query.get('fieldSelector')]).toEqual(['team=a,tier!=web', 'metadata.name!=c']);
    }
    expect(world.calls.filter(({ path }) => path.includes('Selector') && !path.includes('kopfexamples'))).toEqual([]);
    await world.close();
  });

  it('[W-23, CF-106] of shards are passed on as they are, of each kind the first one; an empty one sends nothing', async () => {
    const shardSelectors = {
      kopfexamples: 'shardRange(object.metadata.uid, 0, 8)',
      KopfExample: 'other',
      configmaps: '',
      ConfigMap: 'never',
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.event('KopfExample', { id: 'mine' }, () => undefined);
        kopf.on.event('ConfigMap', { id: 'theirs' }, () => undefined);
      },
      { initialList: 'pages', settings: { watching: { shardSelectors } } },
    );
    await world.start();
    world.breakWatches();
    await world.advance(5);
    const asked = (plural: string): readonly (string | null)[] =>
      world.calls
        .filter(({ path }) => path.includes(`/${plural}?`))
        .map(({ path }) => new URL(path, 'http://x').searchParams.get('shardSelector'));
    expect(asked('kopfexamples').length).toBeGreaterThanOrEqual(3);
    expect(new Set(asked('kopfexamples'))).toEqual(new Set(['shardRange(object.metadata.uid, 0, 8)']));
    expect(new Set(asked('configmaps'))).toEqual(new Set([null]));
    expect(new Set(asked('customresourcedefinitions'))).toEqual(new Set([null]));
    await world.close();
  });

  it('[W-24] with a key that is no selector end the start, with its code', async () => {
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined), {
      settings: { watching: { labelSelectors: { 'a/b/c/d': 'x' } } },
    });
    await expect(world.start()).rejects.toMatchObject({ code: 'KOPF_INVALID_SELECTOR', message: expect.stringContaining('a/b/c/d') });
    await world.close();
  });

  it('[W-25] that are about no served kind are told once', async () => {
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined), {
      settings: { watching: { labelSelectors: { 'kopf.dev/v9/kopfexamples': 'x', 'v1/pods': 'y' } } },
    });
    await world.start();
    world.breakWatches();
    await world.advance('10m');
    const told = world.factsOf('logged').filter(({ level, message }) => level === 'warn' && message.includes('settings.watching'));
    expect(told.map(({ fields }) => fields['key'])).toEqual(['kopf.dev/v9/kopfexamples', 'v1/pods']);
    await world.close();
  });

  it('[D-34] never narrow what the operator itself looks at: namespaces and definitions', async () => {
    const seen: string[] = [];
    const labelSelectors = { namespaces: 'team=a', 'customresourcedefinitions.apiextensions.k8s.io': 'team=a' };
    const world = await createWorld((kopf) => void kopf.on.create('Late', { id: 'made' }, ({ name }) => void seen.push(name)), {
      namespaces: ['team-*'],
      settings: { watching: { labelSelectors } },
    });
    await world.start();
    await world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-b' } });
    await world.create(customResourceDefinition({ group: 'late.dev', kind: 'Late' }) as NewObject);
    await world.advance(10);
    await world.create({ apiVersion: 'late.dev/v1', kind: 'Late', metadata: { name: 'x', namespace: 'team-b' }, spec: {} });
    await world.advance(5);
    expect(seen).toEqual(['x']);
    await world.close();
  });

  it('[W-26] that the server refuses end neither the operator nor other kinds', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.event('KopfExample', { id: 'mine' }, () => undefined);
        kopf.on.event('ConfigMap', { id: 'theirs' }, ({ name }) => void seen.push(name));
      },
      { settings: { watching: { labelSelectors: { KopfExample: '!!' } } } },
    );
    await world.start();
    await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } });
    await world.advance('10m');
    expect([world.running, seen]).toEqual([true, ['x']]);
    expect(
      world.factsOf('watch-health').filter(({ of, state }) => of.resource.plural === 'kopfexamples' && state === 'retrying'),
    ).toHaveLength(1);
    await world.close();
  });

  it('[W-27] whose selection an object leaves end its timer, once, and its return begins one timer', async () => {
    const ticks: number[] = [];
    const world = await createWorld((kopf) => void kopf.timer('KopfExample', { id: 'tick', interval: 10 }, () => void ticks.push(1)), {
      settings: { watching: { labelSelectors: { KopfExample: 'team=a' } } },
    });
    await world.start();
    await world.create(labelled('a', 'a'));
    await world.advance(5);
    await world.patch(A, { metadata: { labels: { team: 'b' } } });
    await world.advance(1);
    ticks.length = 0;
    await world.advance('2m');
    expect(ticks).toEqual([]);
    await world.patch(A, { metadata: { labels: { team: 'a' } } });
    await world.advance('1m');
    expect(ticks.length).toBeGreaterThanOrEqual(5);
    expect(ticks.length).toBeLessThanOrEqual(7);
    await world.close();
  });
});

describe('an object that leaves the labels of its handlers', () => {
  it('[B25] also while nobody looks, is released and not deleted; back again, it is only taken up', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made', labels: { team: 'a' } }, () => void seen.push('made'));
      kopf.on.delete('KopfExample', { id: 'bye', labels: { team: 'a' } }, () => void seen.push('bye'));
    });
    const finalizers = async () => (await world.get(A))?.metadata.finalizers ?? [];
    await world.start();
    await world.create(labelled('a', 'a'));
    await world.advance(5);
    expect(await finalizers()).toEqual([FINALIZER]);
    await world.stop();
    await world.patch(A, { metadata: { labels: { team: 'b' } } });
    await world.start();
    await world.advance(5);
    expect([await finalizers(), seen]).toEqual([[], ['made']]);
    await world.patch(A, { metadata: { labels: { team: 'a' } } });
    await world.advance(5);
    expect([await finalizers(), seen]).toEqual([[FINALIZER], ['made']]);
    await world.delete(A);
    await world.advance(5);
    expect([await world.get(A), seen]).toEqual([undefined, ['made', 'bye']]);
    await world.close();
  });
});

describe('a kind of which only indexes want objects with certain labels', () => {
  const MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'default' } };
  const map = (name: string, team: string) => ({ ...MAP, metadata: { ...MAP.metadata, name, labels: { team } } });
  const mapQueries = (calls: readonly { readonly path: string }[]) =>
    calls
      .filter(({ path }) => path.includes('/configmaps?'))
      .map(({ path }) => new URL(path, 'http://x').searchParams.get('labelSelector'));

  it('is asked for with these labels: what leaves them leaves the index, also while nobody looks, and what enters them enters it', async () => {
    let names: readonly string[] = [];
    const world = await createWorld(
      (kopf) => {
        const maps = kopf.index('ConfigMap', { id: 'maps', labels: { team: 'a' } }, ({ name }) => ({ all: name }));
        kopf.timer('KopfExample', { id: 'look', interval: 1 }, (ctx) => void (names = [...ctx.index(maps).get('all')].sort()));
      },
      { initialList: 'pages', objects: [map('a', 'a'), map('b', 'b'), example()] },
    );
    const after = async (seconds: number): Promise<readonly string[]> => {
      await world.advance(seconds);
      return names;
    };
    await world.start();
    expect(await after(3)).toEqual(['a']);
    await world.patch(map('b', 'b'), { metadata: { labels: { team: 'a' } } });
    expect(await after(3)).toEqual(['a', 'b']);
    await world.patch(map('a', 'a'), { metadata: { labels: { team: 'b' } } });
    expect(await after(3)).toEqual(['b']);
    world.breakWatches();
    world.faults.add({ kind: 'status', code: 410 }, { when: ({ path }) => path.includes('/configmaps?watch') });
    await world.patch(map('b', 'b'), { metadata: { labels: { team: 'b' } } });
    expect(await after(10)).toEqual([]);
    expect(new Set(mapQueries(world.calls))).toEqual(new Set(['team=a']));
    expect(mapQueries(world.calls).length).toBeGreaterThanOrEqual(4);
    expect(queries(world.calls).map((query) => query.get('labelSelector'))).not.toContain('team=a');
    expect(world.factsOf('kind-served').find(({ of }) => of.resource.plural === 'configmaps')?.filteredByServer).toBe('team=a');
    await world.close();
  });

  it('is asked for as a whole as soon as a handler of another family wants it, with what the user says on top', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.index('ConfigMap', { id: 'maps', labels: { team: 'a' } }, ({ name }) => ({ all: name }));
        kopf.on.event('ConfigMap', { id: 'seen', labels: { team: 'a' } }, () => undefined);
        kopf.index('KopfExample', { id: 'examples', labels: { team: 'a' } }, ({ name }) => ({ all: name }));
      },
      { settings: { watching: { labelSelectors: { KopfExample: 'tier=web' } } } },
    );
    await world.start();
    await world.advance(1);
    expect(new Set(mapQueries(world.calls))).toEqual(new Set([null]));
    expect(new Set(queries(world.calls).map((query) => query.get('labelSelector')))).toEqual(new Set(['team=a,tier=web']));
    await world.close();
  });
});
