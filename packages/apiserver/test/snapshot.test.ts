import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer, ServerSnapshot } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, Events, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const opened: ApiServer[] = [];
function open(options: Parameters<typeof createApiServer>[0] = {}): ApiServer {
  const server = createApiServer({ seed: 1, clock: new ManualClock(), ...options });
  opened.push(server);
  return server;
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const create = async (server: ApiServer, name: string) => metaOf((await call(server, 'POST', CONFIG_MAPS, { body: configMap(name) })).body);
const metaOf = (body: unknown) => (body as { metadata: { uid: string; resourceVersion: string } }).metadata;
const get = async (server: ApiServer, name: string) => metaOf((await call(server, 'GET', `${CONFIG_MAPS}/${name}`)).body);
const roundTrip = (snapshot: ServerSnapshot) => JSON.parse(JSON.stringify(snapshot)) as ServerSnapshot;

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const definition = (plural: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.x.dev` },
  spec: {
    group: 'x.dev',
    scope: 'Cluster',
    names: { plural, kind: `K${plural}` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});

describe('a restored backup', () => {
  it('[B26] brings back objects with their uids, and versions fall', async () => {
    const server = open();
    const old = await create(server, 'a');
    const snapshot = roundTrip(server.snapshot());
    await call(server, 'PATCH', `${CONFIG_MAPS}/a`, {
      body: { data: { k: 'v' } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    const lost = await create(server, 'b');
    server.restore(snapshot);
    expect(await get(server, 'a')).toEqual(old);
    expect((await call(server, 'GET', `${CONFIG_MAPS}/b`)).status).toBe(404);
    const next = await create(server, 'c');
    expect(Number(next.resourceVersion)).toBe(snapshot.version + 1);
    expect(next.uid).not.toBe(lost.uid);
  });

  it('can let versions go on', async () => {
    const server = open();
    const old = await create(server, 'a');
    const snapshot = server.snapshot();
    const lost = await create(server, 'b');
    server.restore(snapshot, { versions: 'continue' });
    expect(await get(server, 'a')).toEqual(old);
    expect(Number((await create(server, 'c')).resourceVersion)).toBe(Number(lost.resourceVersion) + 1);
    const events = await Events.open(server, `${CONFIG_MAPS}?watch=1&resourceVersion=${old.resourceVersion}`);
    expect(await events.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  });

  it('[B26] ends all watches and forgets all history, at replicas, too', async () => {
    const server = open();
    const replica = server.replica();
    const before = (await create(server, 'a')).resourceVersion;
    await create(server, 'b');
    const snapshot = server.snapshot();
    await create(server, 'c');
    const watches = await Promise.all([server, replica].map((at) => Events.open(at, `${CONFIG_MAPS}?watch=1&resourceVersion=${before}`)));
    server.restore(snapshot);
    for (const events of watches) expect((await events.rest()).map(({ type }) => type)).toEqual(['ADDED', 'ADDED']);
    for (const at of [server, replica]) {
      const events = await Events.open(at, `${CONFIG_MAPS}?watch=1&resourceVersion=${before}`);
      expect(await events.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
      expect((await call(at, 'GET', `${CONFIG_MAPS}?resourceVersion=0`)).body).toMatchObject({
        items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
        metadata: { resourceVersion: String(snapshot.version) },
      });
    }
  });

  it('serves the kinds that were defined then, and no others', async () => {
    const server = open();
    await call(server, 'POST', DEFINITIONS, { body: definition('olds') });
    await call(server, 'POST', '/apis/x.dev/v1/olds', { body: { apiVersion: 'x.dev/v1', kind: 'Kolds', metadata: { name: 'o' } } });
    const snapshot = roundTrip(server.snapshot());
    await call(server, 'DELETE', `${DEFINITIONS}/olds.x.dev`);
    await call(server, 'POST', DEFINITIONS, { body: definition('news') });
    server.restore(snapshot);
    expect((await call(server, 'GET', '/apis/x.dev/v1/olds')).body).toMatchObject({ items: [{ metadata: { name: 'o' } }] });
    expect((await call(server, 'GET', '/apis/x.dev/v1/news')).status).toBe(404);
    expect((await call(server, 'DELETE', `${DEFINITIONS}/olds.x.dev`)).status).toBe(200);
    expect((await call(server, 'GET', '/apis/x.dev/v1/olds')).status).toBe(404);
  });

  it('can be restored into another server, whose snapshot is then the same', async () => {
    const server = open();
    await create(server, 'a');
    const other = open({ seed: 2 });
    await create(other, 'b');
    other.restore(roundTrip(server.snapshot()));
    expect(other.snapshot()).toEqual(server.snapshot());
    expect((await call(other, 'GET', '/apis/coordination.k8s.io/v1/leases')).body['items']).toEqual([]);
  });

  it.each([
    ['null', null],
    ['another format', { format: 'x', version: 1, collections: [] }],
    ['no version', { format: 'kopfts-apiserver/1', collections: [] }],
    [
      'an object without a version',
      { format: 'kopfts-apiserver/1', version: 1, collections: [{ name: 'secrets', objects: [{ metadata: {} }] }] },
    ],
  ])('refuses %s and keeps what it has', async (_name, wrong) => {
    const server = open();
    await create(server, 'a');
    expect(() => server.restore(wrong as unknown as ServerSnapshot)).toThrow(TypeError);
    expect((await call(server, 'GET', `${CONFIG_MAPS}/a`)).status).toBe(200);
  });
});
