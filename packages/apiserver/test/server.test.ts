import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer, AuditEntry } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const opened: ApiServer[] = [];
function open(options: Parameters<typeof createApiServer>[0] = {}): ApiServer {
  const server = createApiServer({ seed: 1, ...options });
  opened.push(server);
  return server;
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const NAMESPACES = '/api/v1/namespaces';

describe('determinism', () => {
  it('[S22] repeats uids, generated names, versions and times for the same seed and clock', async () => {
    const history = async (): Promise<unknown> => {
      const server = open({ seed: 7, clock: new ManualClock() });
      for (let index = 0; index < 3; index += 1) await call(server, 'POST', CONFIG_MAPS, { body: { metadata: { generateName: 'x-' } } });
      return server.dump();
    };
    expect(await history()).toEqual(await history());
  });

  it('differs between seeds', async () => {
    const uid = async (seed: number): Promise<unknown> =>
      ((await call(open({ seed }), 'POST', CONFIG_MAPS, { body: configMap('a') })).body['metadata'] as { uid: string }).uid;
    expect(await uid(1)).not.toBe(await uid(2));
  });

  it('answers within promise jobs, without timers', async () => {
    const server = open({ clock: new ManualClock() });
    let isAnswered = false;
    const answering = call(server, 'GET', CONFIG_MAPS).then(() => (isAnswered = true));
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(isAnswered).toBe(true);
    await answering;
  });
});

describe('access', () => {
  const tokens = { good: { name: 'alice' } };

  it('refuses requests without a known token', async () => {
    const server = open({ tokens });
    const refusal = { status: 401, body: { kind: 'Status', message: 'Unauthorized', reason: 'Unauthorized', code: 401 } };
    expect(await call(server, 'GET', NAMESPACES)).toMatchObject(refusal);
    expect(await call(server, 'GET', NAMESPACES, { headers: { authorization: 'Bearer bad' } })).toMatchObject(refusal);
    expect(await call(server, 'GET', NAMESPACES, { headers: { authorization: 'Bearer __proto__' } })).toMatchObject(refusal);
    expect(await call(server, 'GET', NAMESPACES, { headers: { Authorization: 'Bearer good' } })).toMatchObject({ status: 200 });
    expect(await call(server, 'GET', '/readyz')).toMatchObject({ status: 200 });
  });

  it('puts a token into the kubeconfig', () => {
    expect(open({ tokens }).kubeconfig('http://127.0.0.1:1')).toMatchObject({
      clusters: [{ name: 'kopf-apiserver', cluster: { server: 'http://127.0.0.1:1' } }],
      users: [{ name: 'kopf-apiserver', user: { token: 'good' } }],
      contexts: [{ name: 'kopf-apiserver', context: { cluster: 'kopf-apiserver', user: 'kopf-apiserver', namespace: 'default' } }],
      'current-context': 'kopf-apiserver',
    });
  });
});

describe('the audit', () => {
  it('tells who asked for what, and which versions it changed', async () => {
    const entries: AuditEntry[] = [];
    const server = open({ tokens: { good: { name: 'alice' } }, audit: (entry) => entries.push(entry) });
    const headers = { authorization: 'Bearer good', 'User-Agent': 'test/1' };
    await call(server, 'POST', CONFIG_MAPS, { body: configMap('a', { k: 'v' }), headers });
    await call(server, 'PATCH', `${CONFIG_MAPS}/a?fieldManager=me`, {
      body: { data: { k: 'w' } },
      headers: { ...headers, 'content-type': 'application/merge-patch+json' },
    });
    await call(server, 'PATCH', `${CONFIG_MAPS}/a`, { body: {}, headers: { ...headers, 'content-type': 'application/merge-patch+json' } });
    await call(server, 'GET', `${CONFIG_MAPS}/none`);
    expect(entries).toMatchObject([
      {
        verb: 'create',
        code: 201,
        user: 'alice',
        userAgent: 'test/1',
        resource: 'configmaps',
        group: '',
        namespace: 'default',
        commits: [{ type: 'ADDED', name: 'a', before: undefined, after: { data: { k: 'v' } } }],
      },
      {
        verb: 'patch',
        code: 200,
        name: 'a',
        path: `${CONFIG_MAPS}/a?fieldManager=me`,
        commits: [{ type: 'MODIFIED', before: { data: { k: 'v' } }, after: { data: { k: 'w' } } }],
      },
      { verb: 'patch', code: 200, commits: [] },
      { verb: 'get', code: 401, user: undefined, commits: [] },
    ]);
    expect(entries[1]?.commits[0]?.resourceVersion).toBe(String(Number(entries[0]?.commits[0]?.resourceVersion) + 1));
  });

  it('reports everything that a deleted namespace took with it, in order', async () => {
    const entries: AuditEntry[] = [];
    const server = open({ audit: (entry) => entries.push(entry) });
    await call(server, 'POST', NAMESPACES, { body: { metadata: { name: 'x' } } });
    await call(server, 'POST', `${NAMESPACES}/x/configmaps`, { body: configMap('a') });
    await call(server, 'DELETE', `${NAMESPACES}/x`);
    expect(entries.at(-1)?.commits.map((commit) => `${commit.type} ${commit.name}`)).toEqual(['MODIFIED x', 'DELETED a', 'DELETED x']);
  });
});

describe('namespaces', () => {
  it('[E10] die with their content, and live as long as something in them has finalizers', async () => {
    const server = open();
    await call(server, 'POST', NAMESPACES, { body: { metadata: { name: 'x' } } });
    await call(server, 'POST', `${NAMESPACES}/x/configmaps`, { body: { metadata: { name: 'a', finalizers: ['x.y/z'] } } });
    expect((await call(server, 'DELETE', `${NAMESPACES}/x`)).body).toMatchObject({ status: { phase: 'Terminating' } });
    expect(await call(server, 'POST', `${NAMESPACES}/x/configmaps`, { body: configMap('b') })).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden', details: { causes: [{ reason: 'NamespaceTerminating' }] } },
    });
    expect(
      (
        await call(server, 'PATCH', `${NAMESPACES}/x`, {
          body: { metadata: { labels: { a: 'b' } } },
          headers: { 'content-type': 'application/merge-patch+json' },
        })
      ).status,
    ).toBe(200);
    await call(server, 'PATCH', `${NAMESPACES}/x/configmaps/a`, {
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect((await call(server, 'GET', `${NAMESPACES}/x`)).status).toBe(404);
  });

  it('keeps those of the system', async () => {
    expect(await call(open(), 'DELETE', `${NAMESPACES}/default`)).toMatchObject({
      status: 403,
      body: { message: 'namespaces "default" is forbidden: this namespace may not be deleted' },
    });
  });
});

describe('clients in Go', () => {
  it('may create built-in objects by Protocol Buffers, and read JSON', async () => {
    const server = open();
    // The envelope (`v1`, `Namespace`) around a namespace named `x`.
    const body = Uint8Array.from(
      Buffer.from('6b3873000a0f0a0276311209' + Buffer.from('Namespace').toString('hex') + '12050a030a0178', 'hex'),
    );
    const headers = {
      'content-type': 'application/vnd.kubernetes.protobuf',
      accept: 'application/vnd.kubernetes.protobuf,application/json',
    };
    expect(await server.handle({ method: 'POST', path: NAMESPACES, headers, body })).toMatchObject({
      status: 201,
      headers: { 'content-type': 'application/json' },
    });
    expect((await call(server, 'GET', `${NAMESPACES}/x`)).status).toBe(200);
    expect((await server.handle({ method: 'POST', path: NAMESPACES, headers, body: body.subarray(0, 8) })).status).toBe(415);
  });
});

describe('hostile input', () => {
  it('refuses bodies over 3 MiB', async () => {
    const server = open();
    const refusal = {
      status: 413,
      body: { kind: 'Status', message: 'Request entity too large: limit is 3145728', reason: 'RequestEntityTooLarge' },
    };
    expect(await call(server, 'POST', CONFIG_MAPS, { text: 'x'.repeat(3 * 1024 * 1024 + 1) })).toMatchObject(refusal);
  });

  it('refuses deep nesting and goes on', async () => {
    const server = open();
    const deep = `{"metadata":{"name":"a"},"data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(await call(server, 'POST', CONFIG_MAPS, { text: deep })).toMatchObject({
      status: 400,
      body: { kind: 'Status', message: expect.stringContaining('exceeded max depth') as string },
    });
    expect((await call(server, 'GET', CONFIG_MAPS)).status).toBe(200);
  });

  it('treats __proto__ and constructor as ordinary keys', async () => {
    const server = open();
    const text = '{"metadata":{"name":"a","labels":{"constructor":"x"}},"data":{"__proto__":"y","toString":"z"}}';
    const created = await call(server, 'POST', CONFIG_MAPS, { text });
    expect(created.text).toContain('"data":{"__proto__":"y","toString":"z"}');
    const patched = await call(server, 'PATCH', `${CONFIG_MAPS}/a`, {
      text: '{"data":{"__proto__":"w","hasOwnProperty":"v"}}',
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(patched.text).toContain('"data":{"__proto__":"w","toString":"z","hasOwnProperty":"v"}');
    expect((await call(server, 'GET', `${CONFIG_MAPS}?labelSelector=toString`)).body['items']).toEqual([]);
    expect(({} as Record<string, unknown>)['w']).toBeUndefined();
  });

  it.each([
    ['POST', CONFIG_MAPS, 'null'],
    ['POST', CONFIG_MAPS, '5'],
    ['POST', CONFIG_MAPS, '{"metadata":[]}'],
    ['POST', CONFIG_MAPS, '{"metadata":{"name":{}}}'],
    ['POST', CONFIG_MAPS, '{"metadata":{"name":"a","labels":{"a":{}}}}'],
    ['POST', CONFIG_MAPS, '\u0000'],
    ['GET', '/api/v1/namespaces/%zz/configmaps', ''],
    ['GET', `${CONFIG_MAPS}?labelSelector=%00`, ''],
    ['GET', `${CONFIG_MAPS}?continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"/../../x"}').toString('base64url')}`, ''],
    ['DELETE', `${CONFIG_MAPS}/a`, '[]'],
    ['PUT', `${CONFIG_MAPS}/..`, '{}'],
  ])('answers %s %s %s with a Status', async (method, path, text) => {
    const answer = await call(open(), method, path, { text });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure' });
  });

  it.each(['/x', '/api/v1//configmaps', '/apis/x//y', '/api/v1/namespaces/default/configmaps/a/b/c/d'])(
    'answers the path %s with 404',
    async (path) => {
      expect((await call(open(), 'GET', path)).status).toBe(404);
    },
  );
});
