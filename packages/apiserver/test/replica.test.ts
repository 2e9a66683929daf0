import { afterEach, describe, expect, it } from 'vitest';
import type { ApiReplica, ApiServer, FrontEnd, JsonObject } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, Events, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const opened: ApiServer[] = [];
function open(options: Parameters<ApiServer['replica']>[0] = {}): { server: ApiServer; replica: ApiReplica; clock: ManualClock } {
  const clock = new ManualClock();
  const server = createApiServer({ seed: 1, clock });
  opened.push(server);
  return { server, replica: server.replica(options), clock };
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const create = (at: FrontEnd, name: string) => call(at, 'POST', CONFIG_MAPS, { body: configMap(name) });
async function names(at: FrontEnd, query = ''): Promise<readonly string[]> {
  const { body } = await call(at, 'GET', `${CONFIG_MAPS}${query}`);
  return (body['items'] as readonly { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}
const listVersion = async (at: FrontEnd, query = ''): Promise<number> =>
  Number(((await call(at, 'GET', `${CONFIG_MAPS}${query}`)).body['metadata'] as { resourceVersion: string }).resourceVersion);
const nameOf = (event: JsonObject | undefined): unknown => (event?.['object'] as { metadata: { name?: string } }).metadata.name;

describe('a replica', () => {
  it('serves and writes the same objects', async () => {
    const { server, replica } = open();
    await create(server, 'a');
    await create(replica, 'b');
    expect(await names(server)).toEqual(['a', 'b']);
    expect(await names(replica, '?resourceVersion=0')).toEqual(['a', 'b']);
  });

  it('[B11] that is frozen answers from its view only what may be old', async () => {
    const { server, replica } = open();
    await create(server, 'a');
    const seen = await listVersion(server);
    replica.freeze();
    await create(server, 'b');
    await call(server, 'DELETE', `${CONFIG_MAPS}/a`);

    expect(await names(replica, '?resourceVersion=0')).toEqual(['a']);
    expect(await listVersion(replica, '?resourceVersion=0')).toBe(seen);
    expect(await names(replica, `?resourceVersion=${seen}&resourceVersionMatch=NotOlderThan`)).toEqual(['a']);
    expect(await names(replica)).toEqual(['b']);
    expect((await call(replica, 'GET', `${CONFIG_MAPS}/a`)).status).toBe(404);
    expect((await call(replica, 'GET', `${CONFIG_MAPS}/a?resourceVersion=0`)).status).toBe(200);
    expect(await names(replica, `?resourceVersion=${seen + 1}&resourceVersionMatch=Exact`)).toEqual(['a', 'b']);
  });

  it('[B11] without consistent reads answers old lists to those who ask for the newest', async () => {
    const { server, replica } = open({ consistentReads: false });
    replica.freeze();
    await create(server, 'a');
    expect(await names(replica)).toEqual([]);
    expect((await call(replica, 'GET', `${CONFIG_MAPS}/a`)).status).toBe(404);
    expect((await call(replica, 'DELETE', `${CONFIG_MAPS}/a`)).status).toBe(200);
  });

  it('[B11] that lags stands still until the store is so far ahead, and catches up with less lag', async () => {
    const { server, replica } = open();
    await create(server, 'a');
    replica.lag(2);
    const at = replica.version;
    await create(server, 'b');
    await create(server, 'c');
    expect(replica.version).toBe(at);
    await create(server, 'd');
    expect(await names(replica, '?resourceVersion=0')).toEqual(['a', 'b']);
    replica.lag(0);
    expect(await names(replica, '?resourceVersion=0')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('[B13] delivers what it missed in order when it thaws', async () => {
    const { server, replica } = open();
    const events = await Events.open(replica, `${CONFIG_MAPS}?watch=1`);
    replica.freeze();
    await create(server, 'a');
    await create(server, 'b');
    await call(server, 'DELETE', `${CONFIG_MAPS}/a`);
    const first = events.next();
    let isAnswered = false;
    const watched = first.then(() => (isAnswered = true));
    await create(server, 'c');
    expect(isAnswered).toBe(false);
    replica.thaw();
    await watched;
    const rest = [await first, ...(await events.take(3))];
    expect(rest.map((event) => [event?.['type'], nameOf(event)])).toEqual([
      ['ADDED', 'a'],
      ['ADDED', 'b'],
      ['DELETED', 'a'],
      ['ADDED', 'c'],
    ]);
  });

  it('keeps its own history, which only its own compaction forgets', async () => {
    const { server, replica } = open();
    const before = await listVersion(server);
    await create(server, 'a');
    server.compact();
    const path = `${CONFIG_MAPS}?watch=1&resourceVersion=${before}`;
    expect(await (await Events.open(server, path)).next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    expect(await (await Events.open(replica, path)).next()).toMatchObject({ type: 'ADDED' });
    replica.compact();
    expect(await (await Events.open(replica, path)).next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  });

  it('forgets with its own limit', async () => {
    const { server, replica } = open({ historyLimit: 1 });
    const before = await listVersion(server);
    await create(server, 'a');
    await create(server, 'b');
    const from = (version: number) => `${CONFIG_MAPS}?watch=1&resourceVersion=${version}`;
    expect(await (await Events.open(replica, from(before))).next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    expect(nameOf(await (await Events.open(replica, from(before + 1))).next())).toBe('b');
    expect(nameOf(await (await Events.open(server, from(before))).next())).toBe('a');
  });

  it('serves a kind that was defined while it was frozen, and nothing of one that was deleted and defined again', async () => {
    const { server, replica } = open();
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
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
    const things = '/apis/x.dev/v1/things';
    await call(server, 'POST', definitions, { body: definition });
    await call(server, 'POST', things, { body: { apiVersion: 'x.dev/v1', kind: 'Thing', metadata: { name: 'old' } } });
    const events = await Events.open(replica, `${things}?watch=1`);
    replica.freeze();
    await call(server, 'DELETE', `${definitions}/things.x.dev`);
    await call(server, 'POST', definitions, { body: definition });
    await call(server, 'POST', things, { body: { apiVersion: 'x.dev/v1', kind: 'Thing', metadata: { name: 'new' } } });
    expect((await call(replica, 'GET', `${things}?resourceVersion=0`)).body).toMatchObject({ items: [{ metadata: { name: 'old' } }] });
    replica.thaw();
    expect((await call(replica, 'GET', `${things}?resourceVersion=0`)).body).toMatchObject({ items: [{ metadata: { name: 'new' } }] });
    expect((await events.rest()).map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
  });

  it('ends with the server, and its name is free again when it closes', async () => {
    const { server, replica } = open({ name: 'second' });
    expect(() => server.replica({ name: 'second' })).toThrow(RangeError);
    expect(() => server.replica({ name: 'main' })).toThrow(RangeError);
    await replica.close();
    const again = server.replica({ name: 'second' });
    const { url } = await again.listen();
    const events = await Events.open(again, `${CONFIG_MAPS}?watch=1`);
    await server.close();
    expect(await events.next()).toBeUndefined();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});

describe('a version from the future of a view', () => {
  const TOO_LARGE = {
    status: 504,
    body: {
      kind: 'Status',
      reason: 'Timeout',
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
    },
  };

  it('[B12] gets 504 after three seconds, on lists and gets', async () => {
    const { server, replica, clock } = open();
    replica.freeze();
    await create(server, 'a');
    const asked = await listVersion(server);
    for (const path of [
      `${CONFIG_MAPS}?resourceVersion=${asked}&resourceVersionMatch=NotOlderThan`,
      `${CONFIG_MAPS}/a?resourceVersion=${asked}`,
    ]) {
      let isAnswered = false;
      const answering = call(replica, 'GET', path).finally(() => (isAnswered = true));
      clock.advance(2_999);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      expect(isAnswered).toBe(false);
      clock.advance(1);
      expect(await answering).toMatchObject(TOO_LARGE);
      expect((await answering).body['message']).toBe(`Timeout: Too large resource version: ${asked}, current: ${replica.version}`);
    }
    expect(clock.pending).toBe(0);
  });

  it('[B12] is answered as soon as it is visible', async () => {
    const { server, replica, clock } = open();
    replica.freeze();
    await create(server, 'a');
    const asked = await listVersion(server);
    const answering = names(replica, `?resourceVersion=${asked}&resourceVersionMatch=NotOlderThan`);
    replica.thaw();
    expect(await answering).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('waits at the server itself, too, and asks nothing twice in the audit', async () => {
    const { server } = open();
    const codes: number[] = [];
    const asked = (await listVersion(server)) + 1;
    server.audit(({ verb, code }) => verb === 'list' && codes.push(code));
    const answering = names(server, `?resourceVersion=${asked}`);
    await create(server, 'a');
    expect(await answering).toEqual(['a']);
    expect(codes).toEqual([200]);
  });

  it('[B12] does not end a watch, which gets no bookmark from before its version and no event twice', async () => {
    const { server, replica, clock } = open();
    replica.freeze();
    await create(server, 'a');
    const asked = await listVersion(server);
    const events = await Events.open(replica, `${CONFIG_MAPS}?watch=1&resourceVersion=${asked}&allowWatchBookmarks=true`);
    clock.advance(60_000);
    replica.thaw();
    await create(server, 'b');
    expect(nameOf(await events.next())).toBe('b');
    clock.advance(60_000);
    expect(await events.next()).toMatchObject({ type: 'BOOKMARK' });
  });

  it('[B19] ends a streaming list only when the view has caught up', async () => {
    const { server, replica } = open();
    await create(server, 'a');
    replica.freeze();
    await create(server, 'b');
    const events = await Events.open(
      replica,
      `${CONFIG_MAPS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    expect(nameOf(await events.next())).toBe('a');
    const next = events.next();
    await create(server, 'c');
    replica.thaw();
    expect(nameOf(await next)).toBe('b');
    const version = String((await listVersion(server)) - 1);
    expect(await events.next()).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { resourceVersion: version, annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
    expect(nameOf(await events.next())).toBe('c');
  });
});
