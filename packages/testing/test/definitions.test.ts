import type { JsonObject } from '@kopfts/core';
import { customResourceDefinition, type Harness, type NewObject } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, KIND } from './world.js';

const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kopfexamples.kopf.dev' } };
const other = { group: 'other.dev', kind: 'Other' };
const otherObject = (name: string): NewObject => ({
  apiVersion: 'other.dev/v1',
  kind: 'Other',
  metadata: { name, namespace: 'default' },
  spec: {},
});
const define = (world: Harness, of: object = {}) => world.create(customResourceDefinition({ ...KIND, ...of }) as NewObject);

/** The versions of the kind, changed. */
async function changeVersions(world: Harness, change: (versions: readonly JsonObject[]) => readonly JsonObject[]): Promise<void> {
  const found = await world.get(CRD);
  await world.patch(CRD, { spec: { versions: change((found?.['spec'] as { versions: JsonObject[] }).versions) } });
}

const watches = (world: Harness): string[] =>
  world.calls.filter(({ path }) => path.includes('watch=true') && path.includes('example')).map(({ path }) => path.split('?')[0] ?? '');

describe('a definition', () => {
  it('[H1] that is deleted lets its objects be finished, then its watch ends quietly, and other kinds go on', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        // Its second attempt comes when discovery has told that the kind is going.
        kopf.on.delete('KopfExample', { id: 'bye', backoff: 15 }, ({ name, retry }) => {
          if (retry === 0) throw new Error('not yet');
          seen.push(`bye ${name}`);
        });
        kopf.on.create('Other', { id: 'made' }, ({ name }) => void seen.push(`made ${name}`));
      },
      { objects: [customResourceDefinition(other) as NewObject] },
    );
    await world.start();
    await world.create(example());
    await world.advance(5);
    await world.delete(CRD);
    await world.advance(60);
    expect(seen).toEqual(['bye a']);
    expect(await world.get(CRD)).toBeUndefined();
    expect(world.factsOf('kind-released')).toHaveLength(1);
    const before = world.calls.length;
    await world.create(otherObject('x'));
    await world.advance('10m');
    expect(seen).toEqual(['bye a', 'made x']);
    const after = world.calls.slice(before).filter(({ path }) => path.includes('kopfexamples'));
    expect(after).toEqual([]);
    await world.close();
  });

  it('[H2] that is created anew is served again within five seconds, and its objects are new', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ uid }) => void seen.push(uid)));
    await world.start();
    await world.create(example());
    await world.advance(5);
    await world.delete(CRD);
    await world.advance(30);
    await define(world);
    await world.create(example());
    await world.advance(5);
    expect(seen).toHaveLength(2);
    expect(new Set(seen).size).toBe(2);
    await world.close();
  });

  it('[H3] that gains a version, and loses the old one, is followed without handling anything again', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name)));
    await world.start();
    await world.create(example());
    await world.advance(5);
    await changeVersions(world, ([first = {}]) => [first, { ...first, name: 'v2', storage: false }]);
    await world.advance(30);
    await changeVersions(world, ([first = {}, second = {}]) => [
      { ...first, served: false, storage: false },
      { ...second, storage: true },
    ]);
    await world.advance(30);
    expect(seen).toEqual(['a']);
    await world.create({ ...example('b'), apiVersion: 'kopf.dev/v2' });
    await world.advance(5);
    expect(seen).toEqual(['a', 'b']);
    expect(watches(world).at(-1)).toBe('/apis/kopf.dev/v2/kopfexamples');
    await world.close();
  });

  it('[H3] that moves to another version while a write waits has that written first, and its handler is not repeated', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name)));
    await world.start();
    const busy = { kind: 'status', code: 503, message: 'apiserver is shutting down', headers: { 'retry-after': '1' } } as const;
    world.server.faults.add({ resource: 'kopfexamples', verb: 'patch', times: 1 }, busy);
    await world.create(example());
    await changeVersions(world, ([first = {}]) => [first, { ...first, name: 'v2', storage: false }]);
    await world.advance(60);
    expect(seen).toEqual(['a']);
    expect(watches(world).at(-1)).toBe('/apis/kopf.dev/v2/kopfexamples');
    await world.close();
  });

  it('[H4] that comes back with another scope is watched and written to by its new path', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true })), {
      namespaces: ['default'],
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    await world.delete(CRD);
    await world.advance(30);
    await define(world, { scope: 'Cluster' });
    const wide = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'wide' } };
    await world.create({ ...wide, spec: {} });
    await world.advance(10);
    expect((await world.get(wide))?.['status']).toEqual({ made: { ok: true } });
    expect([...new Set(watches(world))]).toEqual(['/apis/kopf.dev/v1/namespaces/default/kopfexamples', '/apis/kopf.dev/v1/kopfexamples']);
    await world.close();
  });

  it('[H5] that loses its status endpoint, and gets it back, has its results written to the right place each time', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => ({ name })));
    await world.start();
    const stored: unknown[] = [];
    for (const [name, subresources] of [
      ['a', { status: {} }],
      ['b', null],
      ['c', { status: {} }],
    ] as const) {
      await changeVersions(world, ([first = {}]) => [{ ...first, subresources }]);
      await world.advance(10);
      await world.create(example(name));
      await world.advance(10);
      stored.push((await world.get({ ...A, metadata: { ...A.metadata, name } }))?.['status']);
    }
    expect(stored).toEqual(['a', 'b', 'c'].map((name) => ({ made: { name } })));
    const statusWrites = world.writes().filter(({ path }) => /\/status(\?|$)/.test(path));
    expect(statusWrites.map(({ path }) => /kopfexamples\/(\w)/.exec(path)?.[1])).toEqual(['a', 'c']);
    await world.close();
  });

  it('[I-10, DM-03, T-12] that gets another endpoint begins no new life of its objects, and empties no index under handlers of others', async () => {
    const runs: string[] = [];
    const sizes: number[] = [];
    const world = await createWorld(
      (kopf) => {
        const names = kopf.index('KopfExample', { id: 'names' }, ({ name }) => name);
        kopf.timer('KopfExample', { id: 'once' }, ({ name }) => void runs.push(`once ${name}`));
        kopf.daemon('KopfExample', { id: 'brief' }, ({ name }) => void runs.push(`brief ${name}`));
        kopf.on.update('KopfExample', { id: 'changed' }, ({ name, memo }) => {
          runs.push(`memo ${name} ${String((memo.count = Number(memo.count ?? 0) + 1))}`);
        });
        kopf.on.event('configmaps', { id: 'look' }, ({ index }) => void sizes.push(index(names).get(null).length));
      },
      { kind: { ...KIND, status: false }, objects: [example('a'), example('b')] },
    );
    const touch = async (n: number): Promise<void> => {
      await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c-${String(n)}`, namespace: 'default' } });
    };
    await world.start();
    await world.advance(5);
    await world.patch(A, { spec: { n: 1 } });
    await world.advance(5);
    world.faults.add({ kind: 'status', code: 500 }, { when: ({ path }) => path.includes('kopfexamples?'), times: 3 });
    await changeVersions(world, ([first = {}]) => [{ ...first, subresources: { status: {} } }]);
    for (let n = 0; n < 8; n += 1) {
      await touch(n);
      if (n === 2) await world.delete({ ...A, metadata: { ...A.metadata, name: 'b' } });
      await world.advance(1);
    }
    await world.advance('1m');
    await touch(8);
    await world.patch(A, { spec: { n: 2 } });
    await world.advance(10);
    expect(world.factsOf('kind-released')).toHaveLength(1);
    expect([Math.min(...sizes), sizes[0], sizes.at(-1)]).toEqual([1, 2, 1]);
    expect(runs.sort()).toEqual(['brief a', 'brief b', 'memo a 1', 'memo a 2', 'once a', 'once b']);
    await world.close();
  });

  it('[H6] whose names conflict is waited for, with one warning, until it is established', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name)), {
      kind: { group: 'kopf.dev', kind: 'KopfExample', plural: 'taken' },
    });
    await world.delete({ ...CRD, metadata: { name: 'taken.kopf.dev' } });
    const rival = customResourceDefinition({ group: 'kopf.dev', kind: 'Rival', plural: 'rivals' }) as { spec: { names: object } };
    await world.create({
      ...rival,
      spec: { ...rival.spec, names: { ...rival.spec.names, shortNames: ['kopfexamples'] } },
    } as unknown as NewObject);
    await world.start();
    await define(world);
    await world.advance('5m');
    expect(world.factsOf('kind-unresolved')).toHaveLength(1);
    await world.delete({ ...CRD, metadata: { name: 'rivals.kopf.dev' } });
    await world.advance(30);
    await world.create(example());
    await world.advance(10);
    expect(seen).toEqual(['a']);
    await world.close();
  });

  it('[H10] whose conversion fails for one kind leaves the other kinds alone, and recovers', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'mine' }, ({ name }) => void seen.push(`mine ${name}`));
        kopf.on.create('Other', { id: 'theirs' }, ({ name }) => void seen.push(`theirs ${name}`));
      },
      { objects: [customResourceDefinition(other) as NewObject] },
    );
    await world.start();
    const message = 'conversion webhook for kopf.dev/v1, Kind=KopfExample failed: connection refused';
    const rule = { resource: 'kopfexamples', verb: /list|watch/, times: Infinity };
    const broken = world.server.faults.add(rule, { kind: 'status', code: 500, message });
    world.breakWatches();
    await world.create(example());
    await world.create(otherObject('x'));
    await world.advance('2m');
    expect(seen).toEqual(['theirs x']);
    broken.remove();
    await world.advance('1m');
    expect(seen).toEqual(['theirs x', 'mine a']);
    await world.close();
  });
});

describe('namespaces of a pattern', () => {
  it('[H8] may come and go, many of them: each has one watch while it is there, and none after', async () => {
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined), { namespaces: ['app-*'] });
    // It may not watch all namespaces at once.
    world.faults.add({ kind: 'status', code: 403 }, { when: ({ path }) => path.includes('selfsubjectaccessreviews'), times: Infinity });
    await world.start();
    const names = Array.from({ length: 40 }, (_, index) => `app-${String(index)}`);
    for (const name of names) await world.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await world.advance(10);
    const served = (): string[] => {
      const gone = world.factsOf('kind-released').map(({ of }) => of.namespace);
      const came = world.factsOf('kind-served').map(({ of }) => of.namespace);
      return came.flatMap((name) => (name === undefined || gone.includes(name) ? [] : [name])).sort();
    };
    expect(served()).toEqual([...names].sort());
    for (const name of names.slice(0, 25)) await world.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await world.advance(10);
    expect(served()).toEqual(names.slice(25).sort());
    expect(world.running).toBe(true);
    await world.close();
  });

  it('[H9] may be hundreds, beside many definitions: there is one watch per kind, whose beginning is the list', async () => {
    const definitions = Array.from({ length: 50 }, (_, index) =>
      customResourceDefinition({ group: 'many.dev', kind: `Kind${String(index)}` }),
    );
    const places = Array.from({ length: 500 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `n${String(index)}` },
    }));
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined), {
      objects: [...definitions, ...places] as NewObject[],
    });
    const beganMs = world.clock.monotonicMs();
    await world.start();
    await world.settle();
    expect(world.clock.monotonicMs() - beganMs).toBeLessThanOrEqual(3000);
    const about = world.calls
      .filter(({ path }) => path.includes('kopfexamples'))
      .map(({ path }) => (path.includes('watch=true') ? 'watch' : 'list'));
    expect(about).toEqual(['watch']);
    expect(world.calls.length).toBeLessThan(10);
    await world.close();
  });
});
