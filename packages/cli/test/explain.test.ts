// `kopf explain`: an operator of this machine, one at an address, and one in a pod, over real HTTP.
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Explanation } from '@kopfts/core';
import { explanations } from '../src/index.js';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith, type FakeIo } from './fake-io.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'greeter', handlers: [handlers], plugins: [kubernetes(), annotations()] };
`;
const HANDLERS = `import { createRegistry, TemporaryError } from '@kopfts/core';
const kopf = createRegistry();
kopf.on.create('ConfigMap', { id: 'greet', labels: { app: 'x' } }, () => undefined);
kopf.on.create('ConfigMap', { id: 'later' }, () => { throw new TemporaryError('no database', { delay: 600 }); });
export default kopf;
`;
const OBJECT = `apiVersion: v1
kind: ConfigMap
metadata: { name: one, namespace: default, labels: { app: 'y' } }
`;

function project(more: Readonly<Record<string, string>> = {}): string {
  return projectWith({ 'kopf.config.ts': CONFIG, 'handlers.ts': HANDLERS, 'object.yaml': OBJECT, ...more });
}

/** A world whose runtime folder is the project: operators of other tests are not found. */
function ioIn(folder: string): FakeIo {
  return { ...createFakeIo(folder), env: { XDG_RUNTIME_DIR: folder } };
}

/** Runs an operator until the test ends. */
async function operate(folder: string, argv: readonly string[] = []): Promise<FakeIo> {
  const io = ioIn(folder);
  const running = runCli(['dev', '--verbose', '-f', 'object.yaml', ...argv], io);
  onTestFinished(async () => {
    io.send('SIGTERM');
    await running;
  });
  const over = running.then((code) => expect.unreachable(`ended with ${String(code)}: ${io.err.join('')}`));
  await Promise.race([Promise.all([io.said('failed temporarily: no database'), io.said('Explanations are given at')]), over]);
  return io;
}

async function asked(
  folder: string,
  argv: readonly string[],
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = ioIn(folder);
  const code = await runCli(['explain', ...argv], io);
  return { code, out: io.out.join(''), err: io.err.join('') };
}

function announcementsIn(folder: string): { readonly url: string; readonly token: string }[] {
  const own = join(folder, 'kopf');
  return readdirSync(own).map((name) => JSON.parse(readFileSync(join(own, name), 'utf8')) as { url: string; token: string });
}

describe('kopf explain', () => {
  it('finds the operator that runs here, and says in sentences why a handler ran and another one did not', async () => {
    const folder = project();
    await operate(folder);
    const { code, out, err } = await asked(folder, ['ConfigMap/default/one']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^configmaps\.v1 default\/one \(uid [^)]+\)\nasked of the operator 'greeter' at 20/);
    expect(out).toContain(`Handler 'greet' (create, handlers.ts:3)\n  It did not run: its label filter app=x found "y". [filtered]`);
    expect(out).toMatch(
      /Handler 'later' .*\n {2}It ran at .*\(attempt 1, \d+ ms\) and failed: no database; again in 10 min\. \[waiting-for-retry\]/,
    );
    expect(out).toMatch(/What happened to it:\n {2}20.* {2}Seen at version \d+/);
  });

  it('tells of one handler, as data for programs', async () => {
    const folder = project();
    await operate(folder);
    const { code, out } = await asked(folder, ['configmaps/default/one', '--handler', 'greet', '--output', 'json']);
    const said = JSON.parse(out) as Explanation;
    expect(code).toBe(0);
    expect(said).toMatchObject({ version: 1, operator: 'greeter', object: { kind: 'configmaps.v1', namespace: 'default', name: 'one' } });
    expect(said.handlers).toMatchObject([{ id: 'greet', declaredFor: ['create'], reasons: [{ code: 'filtered' }] }]);
  });

  it('leaves the address and its token to this user only, and takes them away when the operator ends', async () => {
    const folder = project();
    const io = ioIn(folder);
    const running = runCli(['dev', '--verbose', '-f', 'object.yaml'], io);
    await io.said('Explanations are given at');
    const [name = ''] = readdirSync(join(folder, 'kopf'));
    expect([statSync(join(folder, 'kopf')).mode & 0o777, statSync(join(folder, 'kopf', name)).mode & 0o777]).toEqual([0o700, 0o600]);
    io.send('SIGTERM');
    expect(await running).toBe(0);
    expect(readdirSync(join(folder, 'kopf'))).toEqual([]);
  });

  it('says what to do where no operator runs, and forgets those that were killed', async () => {
    const folder = project();
    mkdirSync(join(folder, 'kopf'), { mode: 0o700 });
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    writeFileSync(
      join(folder, 'kopf', '1-1.json'),
      JSON.stringify({ url: `http://127.0.0.1:${String(port)}`, token: 't', operator: null }),
    );
    const { code, err } = await asked(folder, ['ConfigMap/default/one']);
    expect([code, readdirSync(join(folder, 'kopf'))]).toEqual([1, []]);
    expect(err).toBe(
      'error KOPF_EXPLAIN_UNANSWERED: No operator that gives explanations runs here for this user. Is it started with --explanations, or by kopf dev? Name another place by --endpoint or --pod.\n',
    );
    const there = await asked(folder, ['ConfigMap/default/one', '--endpoint', `http://127.0.0.1:${String(port)}`]);
    expect(there.err).toMatch(/^error KOPF_EXPLAIN_UNANSWERED: Nothing answers at http:.*ECONNREFUSED/);
  });

  it('trusts no folder that others may write to', async () => {
    const folder = project();
    await operate(folder);
    const { chmodSync } = await import('node:fs');
    chmodSync(join(folder, 'kopf'), 0o777);
    expect((await asked(folder, ['ConfigMap/default/one'])).err).toContain('No operator that gives explanations runs here');
  });

  it('asks at an address with the token of a file, and nobody answers without it', async () => {
    const folder = project({ token: 'a secret of mine\n', wrong: 'another' });
    await operate(folder, ['--explanations', 'http://127.0.0.1:0', '--explanations-token-file', join(folder, 'token')]);
    const [{ url, token } = { url: '', token: '' }] = announcementsIn(folder);
    expect(token).toBe('a secret of mine');
    const elsewhere = projectWith({ token: 'a secret of mine', wrong: 'another' });
    const right = await asked(elsewhere, ['ConfigMap/one', '--endpoint', url, '--token-file', 'token']);
    expect([right.code, right.out.split('\n')[0]]).toEqual([0, expect.stringContaining('configmaps.v1 default/one')]);
    for (const more of [[], ['--token-file', 'wrong']])
      expect((await asked(elsewhere, ['ConfigMap/one', '--endpoint', url, ...more])).err).toContain(
        'asks for a token, and this was none or another one',
      );
    const path = '/explain?kind=ConfigMap&name=one';
    expect((await fetch(new URL(path, url))).status).toBe(401);
    const headers = { 'x-kopf-token': token };
    const statusOf = async (target: string, init: RequestInit = {}) => (await fetch(new URL(target, url), { headers, ...init })).status;
    expect(await Promise.all([path, '/', '/explain', '/explain?kind=a/b/c/d&name=x'].map((target) => statusOf(target)))).toEqual([
      200, 404, 400, 400,
    ]);
    expect(await statusOf(path, { method: 'POST' })).toBe(405);
  });

  it('asks an operator in a pod through the API server, with the credentials of the kubeconfig', async () => {
    const folder = project({ token: 'for the pod' });
    await operate(folder, ['--explanations', 'http://127.0.0.1:0', '--explanations-token-file', join(folder, 'token')]);
    const [{ url } = { url: '' }] = announcementsIn(folder);
    const server = await podProxy(url);
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfigOf(server.url)));
    const argv = ['ConfigMap/default/one', '--handler', 'greet', '--kubeconfig', 'kubeconfig', '--token-file', 'token'];
    const { code, out, err } = await asked(folder, [...argv, '--pod', 'operators/greeter-0:8089']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('its label filter app=x found "y"');
    expect(server.heard).toEqual([
      [
        '/api/v1/namespaces/operators/pods/greeter-0:8089/proxy/explain?kind=ConfigMap&namespace=default&name=one&handler=greet',
        'Bearer person',
      ],
    ]);
    const missing = await asked(folder, [...argv, '--pod', 'operators/other']);
    expect(missing.err).toContain('What answers at the pod operators/other gave no explanation (404: pods "other" not found)');
  });

  it.each([
    [['ConfigMap'], "'ConfigMap' is no KIND/NAMESPACE/NAME, nor KIND/NAME. Write it as kopfexamples/default/one."],
    [['a/b/c/d'], "'a/b/c/d' is no KIND/NAMESPACE/NAME, nor KIND/NAME."],
    [['a/b', '--pod', 'x/y', '--endpoint', 'http://x'], '--endpoint and --pod exclude each other.'],
    [['a/b', '--pod', 'x/y'], '--pod needs the token of the operator.'],
    [['a/b', '--endpoint', 'nowhere'], "--endpoint is 'nowhere'."],
    [['a/b', '--token-file', 'missing'], 'cannot be read'],
  ])('is a wrong usage with %j', async (argv, says) => {
    const { code, err } = await asked(projectWith({}), argv);
    expect([code, err]).toEqual([2, expect.stringContaining(says)]);
  });
});

describe('the address of explanations', () => {
  it('is for this machine, unless there is a token of the user', () => {
    expect(() => explanations('http://0.0.0.0:8089')).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(() => explanations('http://example.org:8089')).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_OPTION' }));
    expect(explanations('http://0.0.0.0:8089', { tokenFile: 'x' }).name).toBe('explanations');
    expect(explanations('http://localhost:8089').name).toBe('explanations');
    expect(() => explanations('http://localhost', { token: 'x' } as never)).toThrow(
      expect.objectContaining({ code: 'KOPF_UNKNOWN_OPTION' }),
    );
  });

  it('ends the operator when it is taken, or when its token cannot be read', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const url = `http://127.0.0.1:${String((taken.address() as AddressInfo).port)}`;
    const io = ioIn(project());
    expect(await runCli(['dev', '--explanations', url], io)).toBe(1);
    expect(io.err.join('')).toContain(`error KOPF_EXPLAIN_UNAVAILABLE: Explanations cannot be given at ${url}/: listen EADDRINUSE`);
    taken.close();
    const other = ioIn(project());
    expect(await runCli(['dev', '--explanations', 'http://127.0.0.1:0', '--explanations-token-file', '/nowhere'], other)).toBe(1);
    expect(other.err.join('')).toContain('its token file cannot be read');
  });
});

/** What an API server does with requests for a pod: it keeps `Authorization` for itself, and passes the rest on. */
async function podProxy(target: string): Promise<{ readonly url: string; readonly heard: unknown[] }> {
  const heard: unknown[] = [];
  const server = createServer((incoming, outgoing) => {
    const found = /^\/api\/v1\/namespaces\/operators\/pods\/greeter-0:8089\/proxy(?<rest>\/.*)$/.exec(incoming.url ?? '');
    if (!found) {
      outgoing.writeHead(404, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ kind: 'Status', status: 'Failure', code: 404, message: 'pods "other" not found' }));
      return;
    }
    heard.push([incoming.url, incoming.headers.authorization]);
    const { authorization: _kept, host: _host, ...headers }: IncomingHttpHeaders = incoming.headers;
    request(new URL(found.groups?.['rest'] ?? '/', target), { headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, heard };
}

function kubeconfigOf(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 'person' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
}
