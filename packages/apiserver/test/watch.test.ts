import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, Events, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const opened: ApiServer[] = [];
function open(options: Parameters<typeof createApiServer>[0] = {}): { server: ApiServer; clock: ManualClock } {
  const clock = new ManualClock();
  const server = createApiServer({ seed: 1, clock, ...options });
  opened.push(server);
  return { server, clock };
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const create = (server: ApiServer, name: string) => call(server, 'POST', CONFIG_MAPS, { body: configMap(name) });
const versionOf = async (server: ApiServer): Promise<string> =>
  ((await call(server, 'GET', CONFIG_MAPS)).body['metadata'] as { resourceVersion: string }).resourceVersion;

describe('the life of a watch', () => {
  it('ends at its timeout', async () => {
    const { server, clock } = open();
    const events = await Events.open(server, `${CONFIG_MAPS}?watch=1&timeoutSeconds=10`);
    clock.advance(9_999);
    await create(server, 'a');
    clock.advance(1);
    await create(server, 'b');
    expect(await events.rest()).toMatchObject([{ type: 'ADDED', object: { metadata: { name: 'a' } } }]);
  });

  it('lasts half an hour to an hour without a timeout', async () => {
    const { server, clock } = open();
    const events = await Events.open(server, `${CONFIG_MAPS}?watch=1`);
    clock.advance(1_799_000);
    await create(server, 'a');
    expect(await events.next()).toMatchObject({ type: 'ADDED' });
    clock.advance(1_801_000);
    expect(await events.next()).toBeUndefined();
  });

  it('sends a bookmark each minute and before the timeout, with the current version', async () => {
    const { server, clock } = open();
    const events = await Events.open(
      server,
      `${CONFIG_MAPS}?watch=1&timeoutSeconds=100&allowWatchBookmarks=true&resourceVersion=${await versionOf(server)}`,
    );
    clock.advance(60_000);
    await call(server, 'POST', '/api/v1/namespaces', { body: { metadata: { name: 'elsewhere' } } });
    const version = await versionOf(server);
    clock.advance(40_000);
    expect(await events.rest()).toMatchObject([
      { type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1' } },
      { type: 'BOOKMARK', object: { metadata: { resourceVersion: version } } },
    ]);
  });

  it('sends no bookmarks unasked', async () => {
    const { server, clock } = open();
    const events = await Events.open(server, `${CONFIG_MAPS}?watch=1&timeoutSeconds=100`);
    clock.advance(100_000);
    expect(await events.rest()).toEqual([]);
  });

  it('leaves no timer behind when the client goes or the server closes', async () => {
    const { server, clock } = open();
    const gone = await Events.open(server, `${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true`);
    const kept = await Events.open(server, `${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true`);
    for (const watch of [gone, kept]) expect(await watch.next()).toMatchObject({ type: 'BOOKMARK' });
    gone.stop();
    expect(await gone.next()).toBeUndefined();
    await server.close();
    expect(await kept.next()).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('delivers to many watchers the same bytes', async () => {
    const { server } = open();
    const watches = await Promise.all(Array.from({ length: 64 }, () => server.handle({ method: 'GET', path: `${CONFIG_MAPS}?watch=1` })));
    const first = watches.map((watch) => watch.chunks[Symbol.asyncIterator]().next());
    await create(server, 'a');
    const chunks = await Promise.all(first);
    expect(new Set(chunks.map((chunk) => chunk.value as Uint8Array)).size).toBe(1);
  });

  it('ends when its definition is deleted', async () => {
    const { server } = open();
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.x.dev' },
      spec: {
        group: 'x.dev',
        scope: 'Cluster',
        names: { plural: 'things', kind: 'Thing' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    };
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await call(server, 'POST', definitions, { body: definition });
    await call(server, 'POST', '/apis/x.dev/v1/things', { body: { apiVersion: 'x.dev/v1', kind: 'Thing', metadata: { name: 'a' } } });
    const events = await Events.open(server, '/apis/x.dev/v1/things?watch=1');
    await call(server, 'DELETE', `${definitions}/things.x.dev`);
    expect(await events.rest()).toMatchObject([{ type: 'ADDED' }, { type: 'DELETED' }]);
    await call(server, 'POST', definitions, { body: definition });
    expect((await call(server, 'GET', '/apis/x.dev/v1/things')).body['items']).toEqual([]);
  });
});

describe('forgotten history', () => {
  it('[B6] answers a watch from before a compaction with 410 in the stream, and one from after it with events', async () => {
    const { server } = open();
    const before = await versionOf(server);
    await create(server, 'a');
    const after = await versionOf(server);
    server.compact();
    await create(server, 'b');
    const old = await Events.open(server, `${CONFIG_MAPS}?watch=1&resourceVersion=${before}`);
    expect(await old.rest()).toMatchObject([
      {
        type: 'ERROR',
        object: { kind: 'Status', code: 410, reason: 'Expired', message: `too old resource version: ${before} (${after})` },
      },
    ]);
    const recent = await Events.open(server, `${CONFIG_MAPS}?watch=1&resourceVersion=${after}`);
    expect(await recent.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } });
  });

  it('keeps as many events as it was told', async () => {
    const { server } = open({ historyLimit: 3 });
    const start = Number(await versionOf(server));
    for (const name of ['a', 'b', 'c', 'd']) await create(server, name);
    expect(await (await Events.open(server, `${CONFIG_MAPS}?watch=1&resourceVersion=${start}`)).next()).toMatchObject({ type: 'ERROR' });
    const events = await Events.open(server, `${CONFIG_MAPS}?watch=1&resourceVersion=${start + 1}`);
    expect(await events.take(3)).toMatchObject([
      { object: { metadata: { name: 'b' } } },
      { object: { metadata: { name: 'c' } } },
      { object: { metadata: { name: 'd' } } },
    ]);
  });

  it('[B8] refuses the next page of a forgotten list with a token for the inconsistent rest', async () => {
    const { server } = open();
    for (const name of ['a', 'b']) await create(server, name);
    const page = await call(server, 'GET', `${CONFIG_MAPS}?limit=1`);
    const token = (page.body['metadata'] as { continue: string }).continue;
    await create(server, 'c');
    server.compact();
    const refused = await call(server, 'GET', `${CONFIG_MAPS}?limit=1&continue=${token}`);
    expect(refused).toMatchObject({
      status: 410,
      body: { reason: 'Expired', message: expect.stringContaining('inconsistent list') as string },
    });
    const rest = (refused.body['metadata'] as { continue: string }).continue;
    expect((await call(server, 'GET', `${CONFIG_MAPS}?continue=${rest}`)).body).toMatchObject({
      items: [{ metadata: { name: 'b' } }, { metadata: { name: 'c' } }],
    });
  });

  it('refuses an exact list of a forgotten version', async () => {
    const { server } = open();
    const version = await versionOf(server);
    await create(server, 'a');
    server.compact();
    expect(await call(server, 'GET', `${CONFIG_MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`)).toMatchObject({
      status: 410,
      body: { reason: 'Expired', message: 'The resourceVersion for the provided list is too old.' },
    });
  });

  it('[B12] holds a watch from the future back until its version has passed', async () => {
    const { server } = open();
    const version = Number(await versionOf(server));
    const events = await Events.open(server, `${CONFIG_MAPS}?watch=1&resourceVersion=${version + 1}`);
    await create(server, 'a');
    await create(server, 'b');
    expect(await events.next()).toMatchObject({ object: { metadata: { name: 'b' } } });
  });
});
