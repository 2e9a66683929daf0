import { TemporaryError, type JsonObject } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { customResourceDefinition } from '../src/index.js';
import { DEFINITIONS, eventually, liveKind, openLiveCluster, pass, type LiveCluster, type LiveOperator } from './support/live-cluster.js';

const GROUP = 'definitions.kopf.dev';
const NAMESPACE = 'definitions';
const OTHER = liveKind({ group: GROUP, kind: 'Other' });
const ELSEWHERE = 'https://127.0.0.1:1/';

type Version = JsonObject & { readonly name: string };
/** A definition with other versions. */
const withVersions =
  (change: (versions: readonly Version[]) => readonly JsonObject[]) =>
  (definition: JsonObject): JsonObject => {
    const spec = definition['spec'] as JsonObject & { readonly versions: readonly Version[] };
    return { ...definition, spec: { ...spec, versions: change(spec.versions) } };
  };
const withStatus = (subresources: JsonObject | null) =>
  withVersions((versions) => versions.map((version) => ({ ...version, subresources })));
const twoVersions = withVersions(([first]) => [
  { ...first, storage: true },
  { ...first, name: 'v2', storage: false },
]);

describe('a definition on a real kube-apiserver', () => {
  let cluster: LiveCluster;
  const others = () => cluster.shelf(OTHER, NAMESPACE);

  beforeAll(async () => {
    cluster = openLiveCluster(inject('controlPlane'), { leastRights: true });
    await cluster.namespace(NAMESPACE);
    await cluster.define(OTHER);
  });
  afterAll(() => cluster.close());

  const watchesOf = (operator: LiveOperator, plural: string) =>
    operator.asked.filter(({ path, query }) => path.endsWith(`/${plural}`) && query.get('watch') !== null);

  it('[H1] that is deleted lets its objects be finished, then its watch ends quietly, and other kinds go on', async () => {
    const kind = liveKind({ group: GROUP, kind: 'Going' });
    await cluster.define(kind);
    const seen: string[] = [];
    const operator = await cluster.operator({
      name: 'h1',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        // Its second attempt comes when discovery has told that the kind is going.
        kopf.on.delete(kind.type, { id: 'bye' }, ({ name, retry }) => {
          if (retry === 0) throw new TemporaryError('not yet', { delay: 3 });
          seen.push(`bye ${name}`);
        });
        kopf.on.create(OTHER.type, { id: 'made' }, ({ name }) => void seen.push(`made ${name}`));
      },
    });
    const going = cluster.shelf(kind, NAMESPACE);
    await going.create('a', {});
    await eventually(async () => expect((await going.get('a'))?.metadata.finalizers).toHaveLength(1));
    await cluster.ask('DELETE', `${DEFINITIONS}/${kind.type}`);
    await eventually(async () => expect(await cluster.find(`${DEFINITIONS}/${kind.type}`)).toBeUndefined());
    expect(seen).toEqual(['bye a']);
    await eventually(() => expect(operator.factsOf('kind-released').map(({ of }) => of.resource.plural)).toEqual([kind.plural]));
    const before = watchesOf(operator, kind.plural).length;
    await others().create('h1', {});
    await eventually(() => expect(seen).toEqual(['bye a', 'made h1']));
    await pass(1500);
    expect(watchesOf(operator, kind.plural)).toHaveLength(before);
    await operator.stop();
  });

  it('[H1, S-33] that is deleted while the operator is away is served to the end by the next one', async () => {
    const kind = liveKind({ group: GROUP, kind: 'Abandoned' });
    await cluster.define(kind);
    const seen: string[] = [];
    const start = () =>
      cluster.operator({
        name: 'h1',
        namespaces: [NAMESPACE],
        declare: (kopf) => void kopf.on.delete(kind.type, { id: 'bye' }, ({ name }) => void seen.push(`bye ${name}`)),
      });
    const first = await start();
    const going = cluster.shelf(kind, NAMESPACE);
    await going.create('a', {});
    await eventually(async () => expect((await going.get('a'))?.metadata.finalizers).toHaveLength(1));
    await first.stop();
    await cluster.ask('DELETE', `${DEFINITIONS}/${kind.type}`);
    await eventually(async () => expect(await going.get('a')).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } }));
    const second = await start();
    await eventually(async () => expect(await cluster.find(`${DEFINITIONS}/${kind.type}`)).toBeUndefined());
    expect([seen, second.factsOf('kind-refused')]).toEqual([['bye a'], []]);
    await second.stop();
  });

  it('[H2] that is created anew is served again, and its objects are new', async () => {
    const kind = liveKind({ group: GROUP, kind: 'Renewed' });
    const shelf = cluster.shelf(kind, NAMESPACE);
    const seen: string[] = [];
    await cluster.define(kind);
    const operator = await cluster.operator({
      name: 'h2',
      namespaces: [NAMESPACE],
      declare: (kopf) => void kopf.on.create(kind.type, { id: 'made' }, ({ uid }) => void seen.push(uid)),
    });
    const uids: string[] = [];
    for (const life of [1, 2]) {
      uids.push((await shelf.create('a', { life })).metadata.uid);
      await eventually(() => expect(seen).toEqual(uids));
      await cluster.undefine(kind);
      if (life === 1) await cluster.define(kind);
    }
    expect(new Set(uids).size).toBe(2);
    await operator.stop();
  });

  it('[H3] that gains a version, and loses the old one, is followed without handling anything again', async () => {
    // The preferred version of a group is that of all its kinds, so this one has a group of its own.
    const kind = liveKind({ group: 'versions.kopf.dev', kind: 'Versioned' });
    const newer = { ...kind, version: 'v2' };
    const seen: string[] = [];
    await cluster.define(kind);
    const operator = await cluster.operator({
      name: 'h3',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        kopf.on.create(kind.type, { id: 'made' }, ({ name }) => void seen.push(`made ${name}`));
        kopf.on.update(kind.type, { id: 'changed' }, ({ name }) => void seen.push(`changed ${name}`));
      },
    });
    await cluster.shelf(kind, NAMESPACE).create('a', { size: 1 });
    await eventually(() => expect(seen).toEqual(['made a']));
    await cluster.redefine(kind, twoVersions);
    const versions = () => new Set(watchesOf(operator, kind.plural).map(({ path }) => path.split('/')[3]));
    await eventually(() => expect([...versions()]).toEqual(['v1', 'v2']));
    await cluster.redefine(
      kind,
      withVersions((all) => all.map((one) => ({ ...one, served: one.name === 'v2', storage: one.name === 'v2' }))),
    );
    await eventually(() => cluster.shelf(newer, NAMESPACE).create('b', { size: 1 }));
    await eventually(() => expect(seen).toEqual(['made a', 'made b']));
    await cluster.shelf(newer, NAMESPACE).patch('a', { spec: { size: 2 } });
    await eventually(() => expect(seen).toEqual(['made a', 'made b', 'changed a']));
    await operator.stop();
  });

  it('[D12, S10] whose storage version changes while an object is handled: it stays who it is, and sees one diff', async () => {
    const kind = liveKind({ group: 'stored.kopf.dev', kind: 'Moved' });
    const newer = { ...kind, version: 'v2' };
    const seen: unknown[] = [];
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    await cluster.define(kind);
    const operator = await cluster.operator({
      name: 'd12',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        // It does not listen to its signal: the version that is served next must wait for it.
        kopf.on.create(kind.type, { id: 'made' }, async ({ uid }) => {
          seen.push(['starts', uid]);
          await gate;
          seen.push(['ends', uid]);
          return { done: true };
        });
        kopf.on.update(kind.type, { id: 'changed' }, ({ uid, diff }) => void seen.push(['changed', uid, ...diff]));
      },
    });
    const { uid, resourceVersion } = (await cluster.shelf(kind, NAMESPACE).create('a', { size: 1 })).metadata;
    const once = [
      ['starts', uid],
      ['ends', uid],
    ];
    await eventually(() => expect(seen).toEqual(once.slice(0, 1)));
    await cluster.redefine(
      kind,
      withVersions(([first]) => [
        { ...first, storage: false },
        { ...first, name: 'v2', storage: true },
      ]),
    );
    // Writing nothing new stores it in the new version.
    const moved = await eventually(() => cluster.shelf(newer, NAMESPACE).patch('a', {}));
    expect([moved.metadata.uid, moved.metadata.resourceVersion === resourceVersion]).toEqual([uid, false]);
    await eventually(() => expect(operator.factsOf('turn-taken').length).toBeGreaterThan(1));
    expect(seen).toEqual(once.slice(0, 1));
    finish();
    await eventually(async () => expect((await cluster.shelf(newer, NAMESPACE).get('a'))?.['status']).toEqual({ made: { done: true } }));
    await cluster.shelf(newer, NAMESPACE).patch('a', { spec: { size: 2 } });
    const change = ['changed', uid, { op: 'change', field: ['spec', 'size'], old: 1, new: 2 }];
    // The first attempt was cancelled with the version that it belonged to.
    await eventually(() => expect(seen).toEqual([...once, ...once, change]));
    await pass(1500);
    expect(seen).toHaveLength(5);
    await operator.stop();
  });

  it('[H5] that loses its status endpoint, and gets it back, has its results written to the right place each time', async () => {
    const kind = liveKind({ group: GROUP, kind: 'Toggled' });
    const shelf = cluster.shelf(kind, NAMESPACE);
    await cluster.define(kind);
    const operator = await cluster.operator({
      name: 'h5',
      namespaces: [NAMESPACE],
      declare: (kopf) => void kopf.on.create(kind.type, { id: 'made' }, ({ name }) => ({ name })),
    });
    for (const [name, subresources] of [
      ['a', { status: {} }],
      ['b', null],
      ['c', { status: {} }],
    ] as const) {
      const served = operator.factsOf('kind-served').length;
      if (name !== 'a') {
        await cluster.redefine(kind, withStatus(subresources));
        await eventually(() => expect(operator.factsOf('kind-served').length).toBeGreaterThan(served));
      }
      await shelf.create(name, {});
      await eventually(async () => expect((await shelf.get(name))?.['status']).toEqual({ made: { name } }));
    }
    // While a changed definition takes over, the server may answer 503 before it looks at a request: that is sent again.
    const statusWrites = operator.asked.filter(({ path, status }) => path.endsWith('/status') && status !== 503);
    expect(statusWrites.map(({ path }) => path.split('/').at(-2))).toEqual(['a', 'c']);
    await operator.stop();
  });

  it.each([
    { what: 'loses', first: { status: {} }, then: null },
    { what: 'gains', first: null, then: { status: {} } },
  ])(
    '[C7] that $what its status endpoint just before a write has its results at the right endpoint, once',
    async ({ what, first, then }) => {
      const kind = liveKind({ group: GROUP, kind: `Wavering${what}`, plural: `wavering${what}` });
      const shelf = cluster.shelf(kind, NAMESPACE);
      let calls = 0;
      let changed = false;
      await cluster.define(kind);
      await cluster.redefine(kind, withStatus(first));
      await shelf.create('a', {});
      const operator = await cluster.operator({
        name: 'c7',
        namespaces: [NAMESPACE],
        declare: (kopf) => void kopf.on.create(kind.type, { id: 'made' }, () => ({ calls: (calls += 1) })),
        before: async ({ method }) => {
          if (changed || method !== 'PATCH') return;
          changed = true;
          await cluster.redefine(kind, withStatus(then));
        },
      });
      await eventually(async () => {
        const found = await shelf.get('a');
        expect(found?.['status']).toEqual({ made: { calls: 1 } });
        expect(found?.metadata.annotations).toHaveProperty(['c7.kopf.zalando.org/last-handled-configuration']);
      });
      await pass(1500);
      expect(calls).toBe(1);
      await operator.stop();
    },
  );

  it('[H6] whose names conflict is waited for, with one warning, until it is established', async () => {
    const kind = liveKind({ group: GROUP, kind: 'Wanted' });
    const rival = liveKind({ group: GROUP, kind: 'Rival' });
    const seen: string[] = [];
    const names = { plural: rival.plural, singular: 'rival', kind: 'Rival', listKind: 'RivalList', shortNames: [kind.plural] };
    const definition = customResourceDefinition(rival) as JsonObject & { readonly spec: JsonObject };
    await cluster.keep(DEFINITIONS, { ...definition, spec: { ...definition.spec, names } });
    await eventually(() => cluster.ask('GET', `/apis/${GROUP}/v1/${rival.plural}`));
    await cluster.grant(kind);
    const operator = await cluster.operator({
      name: 'h6',
      namespaces: [NAMESPACE],
      declare: (kopf) => void kopf.on.create({ group: GROUP, kind: 'Wanted' }, { id: 'made' }, ({ name }) => void seen.push(name)),
    });
    await cluster.keep(DEFINITIONS, customResourceDefinition(kind));
    await eventually(async () => {
      const { status } = (await cluster.ask('GET', `${DEFINITIONS}/${kind.type}`)) as { status?: { conditions?: unknown } };
      expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'NamesAccepted', status: 'False' }));
    });
    await pass(1500);
    expect(operator.factsOf('kind-unresolved')).toHaveLength(1);
    await cluster.undefine(rival);
    await eventually(() => cluster.shelf(kind, NAMESPACE).create('a', {}));
    await eventually(() => expect(seen).toEqual(['a']));
    expect(operator.factsOf('kind-unresolved')).toHaveLength(1);
    await operator.stop();
  });

  it('[H7] is found, and its kind served, while the server of another group is down, which is looked for again', async () => {
    const kind = liveKind({ group: 'down.kopf.dev', kind: 'Down' });
    const seen: string[] = [];
    const service = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.down.kopf.dev' },
      spec: {
        group: 'down.kopf.dev',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { name: 'nobody', namespace: NAMESPACE },
      },
    };
    const services = '/apis/apiregistration.k8s.io/v1/apiservices';
    await cluster.keep(services, service);
    const operator = await cluster.operator({
      name: 'h7',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        kopf.on.create(OTHER.type, { id: 'made' }, ({ name }) => void seen.push(name));
        kopf.on.create(kind.type, { id: 'down' }, ({ name }) => void seen.push(`down ${name}`));
      },
    });
    await others().create('h7', {});
    await eventually(() => expect(seen).toContain('h7'));
    expect(operator.factsOf('kind-unresolved').map(({ selectors }) => selectors)).toEqual([[kind.type]]);
    await cluster.ask('DELETE', `${services}/v1.down.kopf.dev`);
    await cluster.define(kind);
    await cluster.shelf(kind, NAMESPACE).create('a', {});
    await eventually(() => expect(seen).toContain('down a'));
    expect(operator.factsOf('kind-released')).toEqual([]);
    await operator.stop();
  });

  it('[C10, H10] whose conversion fails for one kind leaves the other kinds alone, and recovers', async () => {
    const kind = liveKind({ group: 'converted.kopf.dev', kind: 'Converted' });
    const seen: string[] = [];
    await cluster.define(kind);
    await cluster.shelf(kind, NAMESPACE).create('a', {});
    const conversion = {
      strategy: 'Webhook',
      webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: ELSEWHERE } },
    };
    const withConversion = (how: JsonObject) => (definition: JsonObject) => ({
      ...definition,
      spec: { ...(definition['spec'] as JsonObject), conversion: how },
    });
    // Stored as v1, wanted as v2.
    await cluster.redefine(kind, (definition) => withConversion(conversion)(twoVersions(definition)));
    await eventually(async () => {
      await expect(cluster.ask('GET', `/apis/${kind.group}/v2/${kind.plural}`)).rejects.toThrow(/conversion webhook/);
    });
    const operator = await cluster.operator({
      name: 'c10',
      namespaces: [NAMESPACE],
      declare: (kopf) => {
        kopf.on.create(kind.type, { id: 'mine' }, ({ name }) => void seen.push(`mine ${name}`));
        kopf.on.create(OTHER.type, { id: 'theirs' }, ({ name }) => void seen.push(`theirs ${name}`));
      },
    });
    await others().create('c10', {});
    await eventually(() => expect(seen).toContain('theirs c10'));
    expect(seen).not.toContain('mine a');
    await cluster.redefine(kind, withConversion({ strategy: 'None' }));
    await eventually(() => expect(seen).toContain('mine a'));
    await operator.stop();
  });
});
