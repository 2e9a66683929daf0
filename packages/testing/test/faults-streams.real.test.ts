import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { WireStream } from '@kopfts/kubernetes';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { eventually, liveKind, openLiveCluster, pass, type LiveCluster, type Shelf } from './support/live-cluster.js';
import { podOf } from './support/pod-files.js';

const KIND = liveKind({ group: 'streams.kopf.dev', kind: 'Streamed' });
const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
/** A list that takes longer than it is remembered; a longer one: `npm run long -- large-list`. */
const OBJECTS = Number(process.env['KOPFTS_COUNT'] ?? 1000);

describe('on a real kube-apiserver', () => {
  const server = inject('controlPlane');
  let cluster: LiveCluster;
  const place = async (namespace: string): Promise<Shelf> => {
    await cluster.namespace(namespace);
    return cluster.shelf(KIND, namespace);
  };

  beforeAll(async () => {
    cluster = openLiveCluster(server, { leastRights: true });
    await cluster.define(KIND);
  });
  afterAll(() => cluster.close());

  it('[B22] a watch that somebody on the way compresses, and cuts inside of a block, is resumed, and loses nothing', async () => {
    const shelf = await place('streams-compressed');
    const seen: string[] = [];
    let compressed = 0;
    const operator = await cluster.operator({
      name: 'b22',
      namespaces: ['streams-compressed'],
      declare: (kopf) => void kopf.on.create(KIND.type, { id: 'made' }, ({ name }) => void seen.push(name)),
      through: (transport) => ({
        ...transport,
        open: async (request, signal) => {
          const stream = await transport.open(request, signal);
          if (!request.path.includes(KIND.plural) || compressed === 2) return stream;
          compressed += 1;
          return compressing(stream);
        },
      }),
    });
    for (const name of ['a', 'b', 'c']) await shelf.create(name, {});
    await eventually(() => expect([...seen].sort()).toEqual(['a', 'b', 'c']));
    expect(compressed).toBe(2);
    await pass(500);
    expect(seen).toHaveLength(3);
    await operator.stop();
  });

  it(
    '[B23] a list in pages is watched on from its own version at once, however long its objects take to be handled',
    { timeout: 3_600_000 },
    async () => {
      const shelf = await place('streams-large');
      const names = Array.from({ length: OBJECTS }, (_, index) => `n${String(index)}`);
      for (let from = 0; from < names.length; from += 20)
        await Promise.all(names.slice(from, from + 20).map((name) => shelf.create(name, {})));
      let release = (): void => undefined;
      const consumed = new Promise<void>((resolve) => (release = resolve));
      const seen = new Map<string, number>();
      const operator = await cluster.operator({
        name: 'b23',
        namespaces: ['streams-large'],
        settings: { queueing: { workerLimit: 4 } },
        kubernetes: { initialList: 'pages', pageSize: 100 },
        declare: (kopf) =>
          void kopf.on.event(KIND.type, { id: 'seen' }, async ({ name }) => {
            await consumed;
            seen.set(name, (seen.get(name) ?? 0) + 1);
          }),
      });
      const about = () => operator.asked.filter(({ path }) => path.endsWith(`/${KIND.plural}`));
      await eventually(() => expect(about().at(-1)?.query.get('watch')).toBe('true'));
      const listed = operator.factsOf('watch-synced')[0];
      expect(about().map(({ query }) => query.get('watch') ?? 'page')).toEqual([
        ...Array<string>(Math.ceil(OBJECTS / 100)).fill('page'),
        'true',
      ]);
      expect(about().at(-1)?.query.get('resourceVersion')).toBe(listed?.resourceVersion);
      // More than the watch cache of a new kind holds at first.
      for (let index = 0; index < 200; index += 1) await shelf.create(`late${String(index)}`, {});
      const arrived = () => operator.factsOf('event-seen').filter(({ object }) => object.name.startsWith('late'));
      await eventually(() => expect(arrived()).toHaveLength(200));
      expect(seen.size).toBe(0);
      release();
      await eventually(() => expect(seen.size).toBe(OBJECTS + 200), 600_000);
      expect([...seen.values()].every((times) => times === 1)).toBe(true);
      await operator.stop();
    },
  );

  it('[B25] an object that leaves the labels that are watched is released, not deleted, also while nobody looks; back, it is taken up', async () => {
    const shelf = await place('streams-labels');
    const seen: string[] = [];
    const start = () =>
      cluster.operator({
        name: 'b25',
        namespaces: ['streams-labels'],
        declare: (kopf) => {
          const labels = { team: 'a' };
          kopf.on.create(KIND.type, { id: 'made', labels }, () => void seen.push('made'));
          kopf.on.resume(KIND.type, { id: 'again', labels }, () => void seen.push('again'));
          kopf.on.delete(KIND.type, { id: 'bye', labels }, () => void seen.push('bye'));
          kopf.daemon(KIND.type, { id: 'stays', labels }, async ({ stopped }) => {
            seen.push('begins');
            await stopped.wait();
            seen.push('ends');
          });
        },
      });
    const finalizers = (count: number) =>
      eventually(async () => expect((await shelf.get('a'))?.metadata.finalizers ?? []).toHaveLength(count));
    const team = (name: string) => shelf.patch('a', { metadata: { labels: { team: name } } });
    const takeSeen = async (expected: readonly string[]) => {
      await eventually(() => expect([...seen].sort()).toEqual([...expected].sort()));
      seen.length = 0;
    };
    const first = await start();
    await shelf.create('a', {}, { labels: { team: 'a' } });
    await takeSeen(['made', 'begins']);
    await team('b');
    await finalizers(0);
    await takeSeen(['ends']);
    await team('a');
    await finalizers(1);
    await takeSeen(['begins']);
    await first.stop();
    await takeSeen(['ends']);
    await team('b'); // while nobody looks
    const second = await start();
    await finalizers(0);
    expect(seen).toEqual([]);
    await team('a');
    await finalizers(1);
    await takeSeen(['again', 'begins']); // of what this life has not handled yet
    await shelf.remove('a');
    await eventually(async () => expect(await shelf.get('a')).toBeUndefined());
    await takeSeen(['bye', 'ends']);
    await second.stop();
  });

  it('[I1] a token that is replaced on disk before it expires is read in time: no request is refused, and nothing is lost', async () => {
    const shelf = await place('streams-tokens');
    const seen: string[] = [];
    await cluster.keep(ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'rotated' } });
    const { uid } = (await cluster.ask('GET', `${ACCOUNTS}/rotated`))['metadata'] as { readonly uid: string };
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    await cluster.keep(`/apis/${apiVersion}/clusterrolebindings`, {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'streams-rotated' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'rotated', namespace: 'default' }],
    });
    await cluster.allowed({ user: 'system:serviceaccount:default:rotated', verb: 'patch', group: KIND.group, resource: KIND.plural });
    const key = readFileSync(join(server.dataDir, 'sa.key'), 'utf8');
    const old = tokenOf({ uid, key, validForS: 35 });
    const files = { token: { text: old, ms: 1 }, 'ca.crt': { text: server.ca, ms: 1 }, namespace: { text: 'default', ms: 1 } };
    const operator = await cluster.operator({
      name: 'i1',
      namespaces: ['streams-tokens'],
      declare: (kopf) => void kopf.on.create(KIND.type, { id: 'made' }, ({ name }) => void seen.push(name)),
      kubernetes: { environment: podOf(new URL(server.url), files) },
    });
    await shelf.create('before', {});
    await eventually(() => expect(seen).toEqual(['before']));
    files.token = { text: tokenOf({ uid, key, validForS: 3600 }), ms: 2 };
    const withOld = openLiveCluster({ ...server, token: old });
    await eventually(() => expect(withOld.ask('GET', '/api')).rejects.toThrow('401'));
    await withOld.close();
    await shelf.create('after', {});
    await eventually(() => expect(seen).toEqual(['before', 'after']));
    const refused = readFileSync(server.auditLogPath, 'utf8')
      .split('\n')
      .filter((line) => line.includes('kopfts (i1)') && line.includes('"code":401'));
    expect(refused).toEqual([]);
    expect(operator.factsOf('object-failed')).toEqual([]);
    expect(operator.factsOf('watch-health').map(({ state }) => state)).not.toContain('retrying');
    await operator.stop();
  });
});

/** Compressed in blocks, and cut in the middle of the first one. */
function compressing(stream: WireStream): WireStream {
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of stream.chunks) {
      const block = gzipSync(chunk);
      yield block.subarray(0, Math.floor(block.length / 2));
      stream.destroy();
      return;
    }
  }
  return {
    status: stream.status,
    headers: { ...stream.headers, 'content-encoding': 'gzip' },
    chunks: chunks(),
    destroy: () => stream.destroy(),
  };
}

/** What the server would sign, for less time than it would: it lets a minute more pass by than a token says. */
function tokenOf({ uid, key, validForS }: { readonly uid: string; readonly key: string; readonly validForS: number }): string {
  const nowS = Math.floor(Date.now() / 1000);
  const issuer = 'https://kubernetes.default.svc';
  const claims = {
    iss: issuer,
    aud: [issuer],
    sub: 'system:serviceaccount:default:rotated',
    iat: nowS - 120,
    nbf: nowS - 120,
    exp: nowS + validForS - 60,
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'rotated', uid } },
  };
  const text = [{ alg: 'RS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}
