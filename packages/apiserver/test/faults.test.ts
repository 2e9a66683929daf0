import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer, AuditEntry, JsonObject } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const opened: ApiServer[] = [];
function open(options: Parameters<typeof createApiServer>[0] = {}): { server: ApiServer; clock: ManualClock; audit: AuditEntry[] } {
  const clock = new ManualClock();
  const server = createApiServer({ seed: 1, clock, ...options });
  opened.push(server);
  const audit: AuditEntry[] = [];
  server.audit((entry) => audit.push(entry));
  return { server, clock, audit };
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const MERGE = { 'content-type': 'application/merge-patch+json' };
const create = (server: ApiServer, name: string) => call(server, 'POST', CONFIG_MAPS, { body: configMap(name) });
const patch = (server: ApiServer, name: string, body: JsonObject) =>
  call(server, 'PATCH', `${CONFIG_MAPS}/${name}`, { body, headers: { ...MERGE, 'user-agent': 'operator' } });
const exists = async (server: ApiServer, name: string) => (await call(server, 'GET', `${CONFIG_MAPS}/${name}`)).status === 200;
const turns = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

describe('fault rules', () => {
  it('befall the requests that they name, once, and no others', async () => {
    const { server } = open({ tokens: { t: { name: 'alice' } } });
    const rule = {
      verb: 'patch',
      resource: 'configmaps',
      group: '',
      namespace: /^def/,
      name: ['a', 'b'],
      subresource: '',
      user: 'alice',
      userAgent: /operator/g,
      server: 'main',
    };
    const handle = server.faults.add(rule, { kind: 'status', code: 500 });
    const headers = { authorization: 'Bearer t', 'User-Agent': 'operator/1', ...MERGE };
    const code = async (path: string, change: Record<string, string> = {}) =>
      (await call(server, 'PATCH', path, { body: {}, headers: { ...headers, ...change } })).status;
    expect(await code(`${CONFIG_MAPS}/c`)).toBe(404);
    expect(await code(`${CONFIG_MAPS}/a`, { 'User-Agent': 'kubectl' })).toBe(404);
    expect(await code(`${CONFIG_MAPS}/a`, { authorization: '' })).toBe(401);
    expect(await code('/api/v1/namespaces/other/configmaps/a')).toBe(404);
    expect((await call(server, 'GET', `${CONFIG_MAPS}/a`, { headers })).status).toBe(404);
    expect([handle.used, server.faults.pending]).toEqual([0, 1]);
    expect(await code(`${CONFIG_MAPS}/b`)).toBe(500);
    expect([handle.used, server.faults.pending]).toEqual([1, 0]);
    expect(await code(`${CONFIG_MAPS}/b`)).toBe(404);
  });

  it('count with nth and times', async () => {
    const { server } = open();
    server.faults.add({ verb: 'get', nth: 2, times: 2 }, { kind: 'status', code: 503 });
    const codes: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) codes.push((await call(server, 'GET', `${CONFIG_MAPS}/a`)).status);
    expect(codes).toEqual([404, 503, 503, 404, 404]);
    server.faults.add({ times: Infinity }, { kind: 'status', code: 429 });
    for (let turn = 0; turn < 5; turn += 1) expect((await call(server, 'GET', '/version')).status).toBe(429);
    server.faults.clear();
    expect((await call(server, 'GET', '/version')).status).toBe(200);
  });

  it('wait for each other: two rules befall two requests', async () => {
    const { server } = open();
    const first = server.faults.add({ when: ({ path }) => path === '/version' }, { kind: 'status', code: 500 });
    server.faults.add({}, { kind: 'status', code: 503 });
    const removed = server.faults.add({}, { kind: 'status', code: 418 });
    removed.remove();
    expect((await call(server, 'GET', '/version')).status).toBe(500);
    expect((await call(server, 'GET', '/version')).status).toBe(503);
    expect((await call(server, 'GET', '/version')).status).toBe(200);
    expect([first.used, removed.used]).toEqual([1, 0]);
  });

  it('tell the replicas from the server', async () => {
    const { server } = open();
    const replica = server.replica({ name: 'other' });
    server.faults.add({ server: 'other' }, { kind: 'status', code: 500 });
    expect((await call(server, 'GET', '/version')).status).toBe(200);
    expect((await call(replica, 'GET', '/version')).status).toBe(500);
  });
});

describe('a faulty request', () => {
  it('[C1] gets any answer in the stead of the server, which does nothing', async () => {
    const { server, audit } = open();
    const fault = {
      kind: 'status',
      code: 409,
      message: 'busy',
      causes: [{ message: 'x', field: 'spec' }],
      retryAfterSeconds: 3,
      headers: { 'X-Y': 'z' },
    } as const;
    server.faults.add({ verb: 'create' }, fault);
    expect(await create(server, 'a')).toMatchObject({
      status: 409,
      headers: { 'retry-after': '3', 'x-y': 'z', 'content-type': 'application/json' },
      body: {
        kind: 'Status',
        status: 'Failure',
        reason: 'Conflict',
        message: 'busy',
        code: 409,
        details: { causes: [{ message: 'x', field: 'spec' }], retryAfterSeconds: 3 },
      },
    });
    expect(await exists(server, 'a')).toBe(false);
    expect(audit[0]).toMatchObject({ verb: 'create', code: 409, reason: 'Conflict', message: 'busy', faults: ['status'], commits: [] });
  });

  it('[C1] may be carried out and get another answer', async () => {
    const { server, audit } = open();
    server.faults.add(
      {},
      { kind: 'status', code: 504, committed: true, body: 'gateway time-out', headers: { 'content-type': 'text/plain' } },
    );
    expect(await create(server, 'a')).toMatchObject({ status: 504, text: 'gateway time-out' });
    expect(await exists(server, 'a')).toBe(true);
    expect(audit[0]).toMatchObject({ code: 201, faults: ['status'], commits: [{ type: 'ADDED' }] });
  });

  it.each([
    { fault: { kind: 'drop' }, code: 'ECONNREFUSED', committed: false },
    { fault: { kind: 'rst' }, code: 'ECONNRESET', committed: false },
    { fault: { kind: 'commitThenLose' }, code: 'ECONNRESET', committed: true },
  ] as const)('loses its connection by $fault.kind, carried out: $committed', async ({ fault, code, committed }) => {
    const { server, audit } = open();
    server.faults.add({}, fault);
    await expect(create(server, 'a')).rejects.toMatchObject({ name: 'ConnectionError', code });
    expect(await exists(server, 'a')).toBe(committed);
    expect(audit[0]).toMatchObject({ code: committed ? 201 : 0, faults: [fault.kind] });
  });

  it.each([false, true])('[B4] is never answered when half open, carried out: %s', async (committed) => {
    const { server } = open();
    server.faults.add({}, { kind: 'halfOpen', committed });
    const gone = new AbortController();
    const body = JSON.stringify(configMap('a'));
    const asked = server.handle({ method: 'POST', path: CONFIG_MAPS, body, signal: gone.signal });
    const ended = expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' });
    await turns();
    expect(await exists(server, 'a')).toBe(committed);
    gone.abort();
    await ended;
    server.faults.add({}, { kind: 'halfOpen' });
    const other = expect(create(server, 'b')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await server.close();
    await other;
  });

  it('reaches the server late', async () => {
    const { server, clock } = open();
    server.faults.add({}, { kind: 'delay', ms: 500 });
    const creating = create(server, 'a');
    clock.advance(499);
    await turns();
    expect(await exists(server, 'a')).toBe(false);
    clock.advance(1);
    expect((await creating).status).toBe(201);
    expect(clock.pending).toBe(0);
  });

  it('gets only the beginning of its answer', async () => {
    const { server } = open();
    await create(server, 'a');
    const whole = (await call(server, 'GET', `${CONFIG_MAPS}/a`)).text;
    const read = async (): Promise<{ text: string; error: unknown }> => {
      const answer = await server.handle({ method: 'GET', path: `${CONFIG_MAPS}/a` });
      const parts: Uint8Array[] = [];
      let error: unknown;
      try {
        for await (const chunk of answer.chunks) parts.push(chunk);
      } catch (thrown) {
        error = thrown;
      }
      return { text: Buffer.concat(parts).toString(), error };
    };
    server.faults.add({}, { kind: 'truncate', bytes: 10 });
    expect(await read()).toMatchObject({ text: whole.slice(0, 10), error: { code: 'ECONNRESET' } });
    server.faults.add({}, { kind: 'truncate', bytes: 10, ending: 'end' });
    expect(await read()).toEqual({ text: whole.slice(0, 10), error: undefined });
    server.faults.add({}, { kind: 'truncate', bytes: whole.length });
    expect(await read()).toEqual({ text: whole, error: undefined });
  });

  it('comes when history was just forgotten, a view stands still or lags, or the clock jumped', async () => {
    const { server, clock } = open();
    const replica = server.replica();
    const version = replica.version;
    await create(server, 'a');
    server.faults.add({ verb: 'get' }, [{ kind: 'compact' }, { kind: 'freezeView', replica: replica.name }]);
    await call(server, 'GET', `${CONFIG_MAPS}/a`);
    await create(server, 'b');
    expect(replica.version).toBe(version + 1);
    const exact = `${CONFIG_MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`;
    expect((await call(server, 'GET', exact)).status).toBe(410);
    server.faults.add({ verb: 'get' }, [
      { kind: 'lagView', replica: replica.name, revisions: 1 },
      { kind: 'thawView', replica: replica.name },
      { kind: 'compact', replica: replica.name },
      { kind: 'clockJump', ms: -3_600_000 },
    ]);
    await call(server, 'GET', `${CONFIG_MAPS}/a`);
    await create(server, 'c');
    expect(replica.version).toBe(version + 2);
    const made = (await call(server, 'GET', `${CONFIG_MAPS}/c`)).body['metadata'] as { creationTimestamp: string };
    expect(Date.parse(made.creationTimestamp)).toBe(clock.now() - 3_600_000);
    expect(() => server.faults.add({}, { kind: 'freezeView', replica: 'none' })).toThrow(RangeError);
  });

  it('makes a clock jump that can', async () => {
    const clock = Object.assign(new ManualClock(), { jump: (ms: number) => clock.advance(ms) });
    const server = createApiServer({ clock });
    opened.push(server);
    const before = clock.now();
    server.faults.add({}, { kind: 'clockJump', ms: 1_000 });
    await call(server, 'GET', '/version');
    expect(clock.now()).toBe(before + 1_000);
  });
});

describe('the audit', () => {
  it('tells what a body in YAML demands, and why a reader of YAML was refused', async () => {
    const { server, audit } = open();
    await create(server, 'a');
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, resourceVersion: "1"}\n';
    const headers = { 'content-type': 'application/yaml', accept: 'application/yaml' };
    expect(await call(server, 'PUT', `${CONFIG_MAPS}/a`, { text, headers })).toMatchObject({ status: 409 });
    expect(audit.at(-1)).toMatchObject({ reason: 'Conflict', precondition: { resourceVersion: '1' } });
  });
});

describe('somebody else', () => {
  it('[D1] writes just before a request, under a name of their own', async () => {
    const { server, audit } = open({ tokens: { t: { name: 'alice' } } });
    const headers = { authorization: 'Bearer t' };
    const made = await call(server, 'POST', CONFIG_MAPS, { body: configMap('a', { k: 'v' }), headers });
    server.faults.add({ verb: 'update' }, { kind: 'externalWrite', actor: 'kubectl', write: { patch: { data: { k: 'w' } } } });
    const replaced = await call(server, 'PUT', `${CONFIG_MAPS}/a`, { body: { ...made.body, data: { k: 'x' } }, headers });
    expect(replaced).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(audit.map(({ verb, userAgent, code, requestId }) => ({ verb, userAgent, code, requestId }))).toEqual([
      { verb: 'create', userAgent: '', code: 201, requestId: 1 },
      { verb: 'patch', userAgent: 'kubectl', code: 200, requestId: 3 },
      { verb: 'update', userAgent: '', code: 409, requestId: 2 },
    ]);
  });

  it('may do everything, where roles say what others may', async () => {
    const users = { root: { name: 'root', groups: ['system:masters'] }, t: { name: 'alice' } };
    const { server, audit } = open({ tokens: users, authorization: 'RBAC', anonymousAuth: false });
    await call(server, 'POST', CONFIG_MAPS, { body: configMap('a', { k: 'v' }), headers: { authorization: 'Bearer root' } });
    server.faults.add({ user: 'alice' }, { kind: 'externalWrite', actor: 'kubectl', write: { patch: { data: { k: 'w' } } } });
    const read = await call(server, 'GET', `${CONFIG_MAPS}/a`, { headers: { authorization: 'Bearer t' } });
    expect(read).toMatchObject({ status: 403, body: { reason: 'Forbidden' } });
    expect(audit.map(({ userAgent, code }) => `${userAgent} ${code}`)).toEqual([' 201', 'kubectl 200', ' 403']);
  });

  it('writes just after a request, before its answer arrives', async () => {
    const { server } = open();
    server.faults.add({ verb: 'create' }, { kind: 'externalWrite', actor: 'kubectl', at: 'after', write: { delete: true } });
    expect(await create(server, 'a')).toMatchObject({ status: 201 });
    expect(await exists(server, 'a')).toBe(false);
  });

  it('puts another object in the place of one, whatever its finalizers', async () => {
    const { server } = open();
    await call(server, 'POST', CONFIG_MAPS, {
      body: { metadata: { name: 'a', labels: { l: '1' }, finalizers: ['x.y/z'] }, data: { k: 'v', m: 'n' } },
    });
    const old = (await call(server, 'GET', `${CONFIG_MAPS}/a`)).body['metadata'] as { uid: string };
    server.faults.add({ verb: 'patch' }, { kind: 'externalWrite', actor: 'x', write: { recreate: { data: { k: 'w' } } } });
    const patched = await patch(server, 'a', { metadata: { uid: old.uid } });
    expect(patched).toMatchObject({ status: 422, body: { reason: 'Invalid', message: expect.stringContaining('metadata.uid') as string } });
    const now = (await call(server, 'GET', `${CONFIG_MAPS}/a`)).body;
    expect(now).toMatchObject({ metadata: { labels: { l: '1' } }, data: { k: 'w', m: 'n' } });
    expect(now['metadata']).not.toMatchObject({ uid: old.uid });
    expect(now['metadata']).not.toHaveProperty('finalizers');
  });

  it('asks for anything, at any place', async () => {
    const { server } = open();
    await create(server, 'a');
    server.faults.add({ verb: 'get' }, [
      { kind: 'externalWrite', actor: 'x', write: { request: { method: 'POST', path: CONFIG_MAPS, body: configMap('b') } } },
      { kind: 'externalWrite', actor: 'x', path: `${CONFIG_MAPS}/a`, write: { delete: true } },
      { kind: 'externalWrite', actor: 'x', write: { patch: {} } },
    ]);
    expect((await call(server, 'GET', `${CONFIG_MAPS}/b`)).status).toBe(200);
    expect(await exists(server, 'a')).toBe(false);
  });
});

describe('the history', () => {
  it('[S22] is the same for the same seed and requests, faults included', async () => {
    const play = async (): Promise<unknown> => {
      const { server, audit } = open({ seed: 5 });
      server.faults.add({ verb: 'create', nth: 2 }, { kind: 'externalWrite', actor: 'x', at: 'after', write: { recreate: {} } });
      server.faults.add({ verb: 'get' }, { kind: 'status', code: 500 });
      for (let index = 0; index < 3; index += 1) await call(server, 'POST', CONFIG_MAPS, { body: { metadata: { generateName: 'x-' } } });
      await call(server, 'GET', `${CONFIG_MAPS}/none`);
      await call(server, 'GET', `${CONFIG_MAPS}/none`);
      return { audit, dump: server.dump() };
    };
    const first = await play();
    expect(await play()).toEqual(first);
    expect((first as { audit: readonly AuditEntry[] }).audit.length).toBeGreaterThan(5);
  });

  it('tells the actor, the precondition and the reason of a refusal', async () => {
    const { server, audit } = open({ tokens: { t: { name: 'alice' } } });
    const headers = { authorization: 'Bearer t', 'user-agent': 'test/1' };
    await call(server, 'POST', CONFIG_MAPS, { body: configMap('a'), headers });
    await call(server, 'PUT', `${CONFIG_MAPS}/a`, { body: { metadata: { name: 'a', resourceVersion: '1', uid: 'u' } }, headers });
    await call(server, 'PATCH', `${CONFIG_MAPS}/a`, {
      body: [
        { op: 'test', path: '/metadata/uid', value: 'u' },
        { op: 'add', path: '/data', value: {} },
      ],
      headers: { ...headers, 'content-type': 'application/json-patch+json' },
    });
    await call(server, 'DELETE', `${CONFIG_MAPS}/a`, { body: { preconditions: { uid: 'u' } }, headers });
    await call(server, 'GET', `${CONFIG_MAPS}/b`);
    expect(audit).toMatchObject([
      {
        requestId: 1,
        actor: 'alice test/1',
        user: 'alice',
        userAgent: 'test/1',
        server: 'main',
        code: 201,
        reason: undefined,
        precondition: undefined,
      },
      { requestId: 2, code: 409, reason: 'Conflict', precondition: { resourceVersion: '1', uid: 'u' } },
      { requestId: 3, code: 422, reason: 'Invalid', precondition: { tests: [{ path: '/metadata/uid', value: 'u' }] } },
      { requestId: 4, code: 409, message: expect.stringContaining('UID in the precondition (u)') as string, precondition: { uid: 'u' } },
      { requestId: 5, actor: '', code: 401, reason: 'Unauthorized', message: 'Unauthorized' },
    ]);
  });

  it('is heard by many, each as long as it likes', async () => {
    const { server, audit } = open();
    const other: AuditEntry[] = [];
    const stop = server.audit((entry) => other.push(entry));
    await call(server.replica(), 'GET', '/version');
    stop();
    await call(server, 'GET', '/version');
    expect(other).toMatchObject([{ server: 'replica-1', requestId: 1 }]);
    expect(audit).toMatchObject([{ server: 'replica-1' }, { server: 'main' }]);
  });
});
