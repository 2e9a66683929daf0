import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiServer, JsonObject, ServerFault } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { define, undefine } from '../../../tools/kube-apiserver/definitions.js';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { Probe, probeProgram } from './client-go/probe.js';
import { DEFINITIONS, WIDGETS, WIDGETS_PATH, widget } from './client-go/widgets.js';

const program = await probeProgram();
const SECRETS = '/api/v1/namespaces/default/secrets';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
const secret = (name: string): JsonObject => ({ metadata: { name }, data: { k: 'dg==' } });

let folder = '';
const servers: ApiServer[] = [];
const probes: Probe[] = [];

interface Ways {
  readonly tls?: boolean;
  readonly bookmarkIntervalMs?: number;
}

async function open({ tls = false, bookmarkIntervalMs }: Ways): Promise<{ server: ApiServer; kubeconfig: string }> {
  const tokens = { 'admin-token': { name: 'admin', groups: ['system:masters'] } };
  const bookmarks = bookmarkIntervalMs === undefined ? {} : { bookmarkIntervalMs };
  // Over plain HTTP Go clients send no token.
  const server = createApiServer({ seed: 1, ...bookmarks, ...(tls ? { tokens, authorization: 'RBAC' as const } : {}) });
  servers.push(server);
  const { url } = await server.listen({ tls });
  const kubeconfig = join(folder, `kubeconfig-${servers.length}`);
  await writeFile(kubeconfig, JSON.stringify(server.kubeconfig(url)));
  return { server, kubeconfig };
}

function start(kubeconfig: string, task: string, more: { args?: readonly string[]; streams?: boolean } = {}): Probe {
  const env = { KUBE_FEATURE_WatchListClient: String(more.streams ?? true) };
  const probe = new Probe({ program: program ?? '', kubeconfig, task, args: more.args ?? [], env });
  probes.push(probe);
  return probe;
}

/** As the administrator. */
async function ask(
  server: ApiServer,
  method: string,
  path: string,
  body?: JsonObject,
  headers: Record<string, string> = {},
): Promise<void> {
  const answer = await call(server, method, path, {
    ...(body === undefined ? {} : { body }),
    headers: { authorization: 'Bearer admin-token', ...headers },
  });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kopfts-client-go-'));
});
afterEach(async () => {
  for (const probe of probes.splice(0)) probe.kill();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(program === undefined)('informers of client-go', () => {
  const ways = [
    { how: 'a streaming list over HTTP', tls: false, streams: true },
    { how: 'a streaming list over TLS with HTTP/2 and a token', tls: true, streams: true },
    { how: 'a list and a watch over HTTP', tls: false, streams: false },
    { how: 'a list and a watch over TLS with HTTP/2 and a token', tls: true, streams: false },
  ];

  it.each(ways)('know everything by $how, and follow what is added, changed and deleted', async ({ tls, streams }) => {
    const { server, kubeconfig } = await open({ tls });
    await fill(server);
    const probe = start(kubeconfig, 'informers', { streams });
    await probe.until([synced('configmaps', 2), synced('widgets', 2), synced('secrets', 2)]);
    const before = probe.seen.length;
    for (const [path, of] of PLACES) {
      await ask(server, 'POST', path, { ...EMPTY[of](of), metadata: { name: 'c' } });
      await ask(server, 'PATCH', `${path}/a`, { metadata: { labels: { changed: 'yes' } } }, MERGE.headers);
      await ask(server, 'DELETE', `${path}/b`);
    }
    const kinds = PLACES.map(([, of]) => of);
    await probe.until(
      kinds.flatMap((of) => [see('added', of, 'c'), see('updated', of, 'a'), see('deleted', of, 'b')]),
      before,
    );
    const seen = await probe.end();
    const changes = seen.filter(({ what }) => /^(added|updated|deleted)/.test(what));
    expect(changes).toHaveLength(3 * (2 + 3));
    const asked = seen.filter(({ what, code }) => what === 'request' && code === 200);
    expect(asked.map(({ http }) => http)).toEqual(asked.map(() => (tls ? 'HTTP/2.0' : 'HTTP/1.1')));
    for (const [path] of PLACES) {
      const ofKind = asked.filter((request) => request['path'] === path).map(({ watch, stream }) => ({ watch, stream }));
      const listed = [
        { watch: false, stream: false },
        { watch: true, stream: false },
      ];
      expect(ofKind).toEqual(streams ? [{ watch: true, stream: true }] : listed);
    }
  });

  it.each([
    { how: 'streaming lists', streams: true },
    { how: 'lists', streams: false },
  ])('go on after the server closed their watches, with nothing twice ($how)', async ({ streams }) => {
    const { server, kubeconfig } = await open({});
    await fill(server);
    const known = streams ? 2 : 0;
    const cut = server.faults.add({ verb: 'watch', resource: 'configmaps' }, { kind: 'cut', afterEvents: known + 1, ending: 'end' });
    const reset = server.faults.add({ verb: 'watch', resource: 'widgets' }, { kind: 'cut', afterEvents: known + 1, bytes: 20 });
    const probe = start(kubeconfig, 'informers', { streams });
    await probe.until([synced('configmaps', 2), synced('widgets', 2)]);
    for (const name of ['c', 'd', 'e']) {
      await ask(server, 'POST', CONFIG_MAPS, configMap(name));
      await ask(server, 'POST', WIDGETS_PATH, widget(name));
    }
    const added = ['a', 'b', 'c', 'd', 'e'].flatMap((name) => [see('added', 'configmaps', name), see('added', 'widgets', name)]);
    await probe.until(added);
    const seen = await probe.end();
    expect([cut.used, reset.used]).toEqual([1, 1]);
    expect(seen.filter(({ what, of }) => what === 'added' && of !== 'secrets')).toHaveLength(added.length);
    const watches = seen.filter(({ what, path, watch }) => what === 'request' && path === CONFIG_MAPS && watch === true);
    expect(watches).toHaveLength(2);
    // Resumed from where they were: no second list, of either sort.
    expect(watches[1]).toMatchObject({ stream: false, code: 200 });
  });

  it.each([
    { how: 'streaming lists', streams: true },
    { how: 'lists', streams: false },
  ])('list again after history was compacted, and notice what they missed ($how)', async ({ streams }) => {
    const { server, kubeconfig } = await open({});
    await fill(server);
    const known = streams ? 2 : 0;
    server.faults.add({ verb: 'watch', resource: 'secrets' }, { kind: 'cut', afterEvents: known + 1, ending: 'end' });
    const write = (request: { method: string; path: string; body?: JsonObject }): ServerFault => ({
      kind: 'externalWrite',
      actor: 'meanwhile',
      write: { request },
    });
    const gap = server.faults.add({ verb: 'watch', resource: 'secrets', nth: 2 }, [
      write({ method: 'DELETE', path: `${SECRETS}/b` }),
      write({ method: 'POST', path: SECRETS, body: secret('meanwhile') }),
      { kind: 'compact' },
    ]);
    const probe = start(kubeconfig, 'informers', { streams });
    await probe.until([synced('secrets', 2)]);
    await ask(server, 'POST', SECRETS, secret('c'));
    await probe.until([see('added', 'secrets', 'c'), see('added', 'secrets', 'meanwhile'), see('deleted-unseen', 'secrets', 'b')]);
    await ask(server, 'POST', SECRETS, secret('later'));
    await probe.until([see('added', 'secrets', 'later')]);
    await probe.end();
    expect(gap.used).toBe(1);
  });

  it('take an ERROR event for the end of their version, and start over', async () => {
    const { server, kubeconfig } = await open({});
    await fill(server);
    server.faults.add({ verb: 'watch', resource: 'widgets' }, { kind: 'errorEvent', afterEvents: 3, code: 410, reason: 'Expired' });
    const probe = start(kubeconfig, 'informers');
    await probe.until([synced('widgets', 2)]);
    await ask(server, 'POST', WIDGETS_PATH, widget('c'));
    await probe.until([see('added', 'widgets', 'c')]);
    await probe.until([{ what: 'request', path: WIDGETS_PATH, watch: true, stream: true, code: 200 }], 8);
    await ask(server, 'POST', WIDGETS_PATH, widget('d'));
    await probe.until([see('added', 'widgets', 'd')]);
    await probe.end();
  });

  it('move on by bookmarks, without a change of their own kind', async () => {
    const { server, kubeconfig } = await open({ bookmarkIntervalMs: 100 });
    await fill(server);
    const probe = start(kubeconfig, 'informers');
    await probe.until([synced('configmaps', 2), synced('widgets', 2), synced('secrets', 2)]);
    await ask(server, 'POST', '/api/v1/namespaces', { metadata: { name: 'elsewhere' } });
    const { body } = await call(server, 'GET', CONFIG_MAPS);
    const newest = (body['metadata'] as JsonObject)['resourceVersion'];
    const versions = (): readonly unknown[] =>
      probe.seen.filter(({ what, of }) => what === 'store' && of === 'configmaps').map(({ version }) => version);
    while (versions().at(-1) !== newest) {
      const from = probe.seen.length;
      probe.tell();
      await probe.until([{ what: 'store', of: 'configmaps' }], from);
    }
    const seen = await probe.end();
    expect(seen.filter(({ what }) => what === 'updated' || what === 'resynced')).toEqual([]);
    expect(versions()[0]).not.toBe(undefined);
  });
});

describe.skipIf(program === undefined)('controllers by client-go', () => {
  it('hand over their lease when the leader resigns', async () => {
    const { server, kubeconfig } = await open({ tls: true });
    const one = start(kubeconfig, 'elect', { args: ['-identity', 'one'] });
    await one.until([{ what: 'leads', who: 'one' }]);
    const two = start(kubeconfig, 'elect', { args: ['-identity', 'two'] });
    await two.until([{ what: 'leader', who: 'one' }]);
    await one.end();
    expect(one.seen.at(-1)).toEqual({ what: 'resigned', who: 'one' });
    await two.until([{ what: 'leads', who: 'two' }]);
    const { body } = await call(server, 'GET', '/apis/coordination.k8s.io/v1/namespaces/default/leases/election', {
      headers: { authorization: 'Bearer admin-token' },
    });
    expect(body['spec']).toMatchObject({ holderIdentity: 'two', leaseDurationSeconds: 60 });
    await two.end();
  });

  it('map kinds to resources by a cache, and find a kind that came later once that is filled anew', async () => {
    const { server, kubeconfig } = await open({});
    await fill(server);
    const probe = start(kubeconfig, 'discovery');
    await probe.until([{ what: 'ready' }]);
    await ask(server, 'POST', DEFINITIONS, later());
    probe.tell();
    expect(await probe.end()).toEqual([
      { what: 'mapping', resource: 'apps/v1, Resource=deployments', scope: 'namespace' },
      { what: 'ready' },
      { what: 'mapping', resource: 'later.kopf.dev/v1, Resource=laters', scope: 'root' },
      { what: 'short', resource: 'clients.kopf.dev/v1, Resource=widgets' },
      { what: 'served', versions: 10, version: 'v1.36.3' },
    ]);
  });

  describe('say the same on a real kube-apiserver', () => {
    beforeAll(async () => {
      await define(inject('controlPlane'), WIDGETS);
    });
    afterAll(() => undefine(inject('controlPlane'), WIDGETS));

    it.each([
      { task: 'writes', what: 'apply, patch, page, scale and delete, and what is refused' },
      { task: 'finalizers', what: 'remove a finalizer, again when somebody was faster' },
      { task: 'events', what: 'report by both recorders of events' },
    ])('$task: $what', async ({ task }) => {
      const said: string[][] = [];
      for (const tls of [false, true]) {
        const { server, kubeconfig } = await open({ tls });
        await ask(server, 'POST', DEFINITIONS, WIDGETS);
        said.push(await sayings(start(kubeconfig, task)));
      }
      const [overPlain, overTls] = said;
      expect(overPlain?.length).toBeGreaterThan(1);
      expect(overTls).toEqual(overPlain);
      expect(overPlain).toEqual(await sayings(start(inject('controlPlane').kubeconfigPath, task)));
    });
  });
});

/** What the program said, with what differs from run to run left out. */
async function sayings(probe: Probe): Promise<string[]> {
  const seen = await probe.end();
  return seen.map((line) => JSON.stringify(inOneOrder(line)).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'));
}

/** Who owns fields is sorted by the second in which they were written, then by name: two writes may fall into one second or not. */
function inOneOrder<T extends object>(line: T): T {
  const { managers } = line as { readonly managers?: unknown };
  return Array.isArray(managers) ? { ...line, managers: [...(managers as readonly string[])].sort() } : line;
}

const PLACES = [
  [CONFIG_MAPS, 'configmaps'],
  [WIDGETS_PATH, 'widgets'],
  [SECRETS, 'secrets'],
] as const;
const EMPTY = { configmaps: configMap, widgets: widget, secrets: secret } as const;

async function fill(server: ApiServer): Promise<void> {
  await ask(server, 'POST', DEFINITIONS, WIDGETS);
  for (const [path, of] of PLACES) for (const name of ['a', 'b']) await ask(server, 'POST', path, EMPTY[of](name));
}

function synced(of: string, count: number): { what: string; of: string; count: number } {
  return { what: 'synced', of, count };
}

function see(what: string, of: string, name: string): { what: string; of: string; name: string } {
  return { what, of, name };
}

function later(): JsonObject {
  const schema = { openAPIV3Schema: { type: 'object' } };
  return {
    metadata: { name: 'laters.later.kopf.dev' },
    spec: {
      group: 'later.kopf.dev',
      scope: 'Cluster',
      names: { plural: 'laters', kind: 'Later' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}
