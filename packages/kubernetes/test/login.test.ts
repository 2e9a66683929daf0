import { once } from 'node:events';
import { Agent, createServer, type Server } from 'node:http';
import { delimiter } from 'node:path';
import { VERSION, type ConnectionInfo } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { api, loginWithClient, loginWithKubeconfig, loginWithServiceAccount, LoginError, type KubernetesOptions } from '../src/index.js';
import { createFakeMachine } from './support/fake-machine.js';
import { handlerOn, type HandlerOnCluster } from './support/handler-on.js';
import { createLoopback } from './support/loopback.js';

const loopback = createLoopback();
const handlers: HandlerOnCluster[] = [];
afterEach(async () => {
  for (const handler of handlers.splice(0)) await handler.close();
  await loopback.close();
});

/** A server that accepts these tokens only, and what it was asked with. */
async function serverWith(accepted: Set<string>) {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    // The operator asks for other things in the background.
    if (request.url === '/api') seen.push(token);
    response.writeHead(accepted.has(token) ? 200 : 401, { 'content-type': 'application/json' }).end('{"kind":"APIVersions","versions":[]}');
  });
  const port = await loopback.listen(server);
  return { url: `http://127.0.0.1:${String(port)}`, seen, server };
}

/** No file of this machine may be looked at. */
const closed = createFakeMachine();

async function loggedIn(logins: readonly (() => ConnectionInfo | readonly ConnectionInfo[] | null)[], options: KubernetesOptions = {}) {
  const handler = await handlerOn({ environment: closed, ...options }, logins);
  handlers.push(handler);
  return { handler, ask: () => api(handler.ctx).request({ path: '/api' }) };
}

describe('an operator with login handlers', () => {
  it('[I8, AU-11, N-07] goes on with other credentials when some are revoked, within the same request', async () => {
    const accepted = new Set(['a', 'b']);
    const { url, seen } = await serverWith(accepted);
    const { ask, handler } = await loggedIn([() => ({ server: url, token: 'a', priority: 1 }), () => ({ server: url, token: 'b' })]);
    await ask();
    accepted.delete('a');
    seen.length = 0;
    await Promise.all(Array.from({ length: 10 }, ask));
    expect(seen.filter((token) => token === 'b')).toHaveLength(10);
    expect(handler.facts().filter((fact) => fact.kind === 'plugin' && fact.name === 'credentials-refused')).toHaveLength(1);
  });

  it('[AU-11] tries one after another until the server accepts one', async () => {
    const { url, seen } = await serverWith(new Set(['d']));
    const infos = ['a', 'b', 'c', 'd'].map((token, index) => ({ server: url, token, priority: -index }));
    const { ask } = await loggedIn([() => infos]);
    seen.length = 0;
    await ask();
    expect(seen.at(-1)).toBe('d');
  });

  it('[AU-13, AU-31, API-03] that give nothing ends at once', async () => {
    const error: unknown = await handlerOn({ environment: closed }, [() => null])
      .then(({ stopped }) => stopped)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LoginError);
    expect(error).toMatchObject({ code: 'KOPF_LOGIN_FAILED' });
  });

  it('[AU-13, AU-17] ends when the server accepts nothing any more', async () => {
    const accepted = new Set(['a']);
    const { url } = await serverWith(accepted);
    const { ask, handler } = await loggedIn([() => ({ server: url, token: 'a' })]);
    accepted.clear();
    await expect(ask()).rejects.toMatchObject({ code: 'KOPF_LOGIN_FAILED' });
    await expect(handler.stopped).rejects.toMatchObject({ code: 'KOPF_LOGIN_FAILED' });
    handlers.length = 0;
  });

  it('[AU-20, API-01] reads no kubeconfig', async () => {
    const { url } = await serverWith(new Set(['a']));
    const kubeconfig = createFakeMachine({ KUBECONFIG: '/k' }, { '/k': '{}' });
    const { ask } = await loggedIn([() => ({ server: url, token: 'a' })], { environment: kubeconfig });
    await ask();
    expect(kubeconfig.reads).toBe(0);
  });

  it('[AU-18] asks nobody while the given connections work', async () => {
    const { url } = await serverWith(new Set(['given']));
    let logins = 0;
    const { ask } = await loggedIn([() => ((logins += 1), null)], {
      connections: [{ server: url, token: 'given', defaultNamespace: 'ns' }],
    });
    await ask();
    expect(logins).toBe(0);
    expect(await api(handlers[0]?.ctx ?? {}).defaultNamespace()).toBe('ns');
  });

  it('[AU-07, AU-30] connects by the agent of the login, which is destroyed when it is refused', async () => {
    const accepted = new Set(['a', 'b']);
    const { url } = await serverWith(accepted);
    let made = 0;
    let destroyed = 0;
    class OwnAgent extends Agent {
      override createConnection(...args: Parameters<Agent['createConnection']>) {
        made += 1;
        return super.createConnection(...args);
      }
      override destroy(): void {
        destroyed += 1;
        super.destroy();
      }
    }
    const agent = new OwnAgent({ keepAlive: true });
    const { ask } = await loggedIn([
      () => [
        { server: url, token: 'a', agent, priority: 1 },
        { server: url, token: 'b' },
      ],
    ]);
    await ask();
    expect([made > 0, destroyed]).toEqual([true, 0]);
    accepted.delete('a');
    await ask();
    expect(destroyed).toBeGreaterThan(0);
  });

  it('[N-01, AU-07] says its version and its name, unless the login has a name of its own', async () => {
    const names = new Set<unknown>();
    const server = createServer((request, response) => {
      names.add(request.headers['user-agent']);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const url = `http://127.0.0.1:${String(await loopback.listen(server))}`;
    const ours = await loggedIn([() => ({ server: url, token: 'a' })]);
    await ours.ask();
    expect([...names]).toEqual([`kopfts/${VERSION} (caller)`]);
    await ours.handler.close();
    names.clear();
    await (await loggedIn([() => ({ server: url, token: 'a', headers: { 'User-Agent': 'mine/1' } })])).ask();
    expect([...names]).toEqual(['mine/1']);
  });

  it('[AU-19] has its connections until the cleanup has ended, and none after it', async () => {
    const { url, server } = await serverWith(new Set(['a']));
    let cleaned: unknown;
    const handler = await handlerOn({ environment: closed }, [() => ({ server: url, token: 'a' })], {
      cleanup: async (ctx) => {
        cleaned = await api(ctx).request({ path: '/api' });
      },
    });
    const open = new Set<unknown>();
    server.on('connection', (socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    });
    await api(handler.ctx).request({ path: '/api' });
    await handler.close();
    expect(cleaned).toMatchObject({ kind: 'APIVersions' });
    for (const socket of open) await once(socket as never, 'close');
    await expect(api(handler.ctx).request({ path: '/api' })).rejects.toThrow();
  });
});

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const PEM = '-----BEGIN CERTIFICATE-----\n';
const KUBECONFIG = JSON.stringify({
  clusters: [{ name: 'c', cluster: { server: 'https://k:1', 'certificate-authority-data': btoa(PEM), 'tls-server-name': 'n' } }],
  users: [{ name: 'u', user: { username: 'a', password: 'b', as: 'other' } }],
  contexts: [{ name: 'one', context: { cluster: 'c', user: 'u', namespace: 'ns' } }],
  'current-context': 'one',
});
const { signal } = new AbortController();

describe('ready-made logins', () => {
  it('[AU-22, AU-23, API-07] take what a kubeconfig says, with the priority 10', async () => {
    const environment = createFakeMachine({ KUBECONFIG: '/k' }, { '/k': KUBECONFIG });
    expect(await loginWithKubeconfig({ signal, environment })).toEqual({
      server: 'https://k:1/',
      caData: Buffer.from(PEM),
      tlsServerName: 'n',
      scheme: 'Basic',
      token: 'YTpi',
      headers: { 'impersonate-user': 'other' },
      defaultNamespace: 'ns',
      priority: 10,
    });
  });

  it('[AU-23] give nothing without a kubeconfig, or outside of a pod', async () => {
    expect(await loginWithKubeconfig({ signal, environment: closed })).toBeUndefined();
    expect(await loginWithServiceAccount({ environment: closed })).toBeUndefined();
  });

  it('[AU-26] fail where KUBECONFIG names files of which none is there: nobody wants to be somebody else by a typo', async () => {
    const environment = createFakeMachine({ KUBECONFIG: '/typo' }, { [`${FOLDER}/token`]: 't', [`${FOLDER}/ca.crt`]: PEM });
    await expect(loginWithKubeconfig({ signal, environment })).rejects.toMatchObject({
      code: 'KOPF_KUBECONFIG_MISSING',
      context: { paths: ['/typo'], by: 'KUBECONFIG' },
    });
    expect(await loginWithKubeconfig({ signal, environment: createFakeMachine({ KUBECONFIG: '' }) })).toBeUndefined();
    const second = createFakeMachine({ KUBECONFIG: ['/typo', '/k'].join(delimiter) }, { '/k': KUBECONFIG });
    expect(await loginWithKubeconfig({ signal, environment: second })).toMatchObject({ server: 'https://k:1/' });
  });

  it('[AU-26] fail with a kubeconfig without a current context', async () => {
    const environment = createFakeMachine({ KUBECONFIG: '/k' }, { '/k': KUBECONFIG.replace('"current-context":"one"', '"x":1') });
    await expect(loginWithKubeconfig({ signal, environment })).rejects.toMatchObject({ code: 'KOPF_KUBECONFIG_CONTEXT' });
  });

  it.each([
    { env: {}, server: 'https://kubernetes.default.svc/' },
    { env: { KUBERNETES_SERVICE_HOST: '', KUBERNETES_SERVICE_PORT: '443' }, server: 'https://kubernetes.default.svc/' },
    { env: { KUBERNETES_SERVICE_HOST: 'h', KUBERNETES_SERVICE_PORT: '6443' }, server: 'https://h:6443/' },
    { env: { KUBERNETES_SERVICE_HOST: 'h' }, server: 'https://h/' },
  ])('[AU-24] find the server of a pod with the variables $env', async ({ env, server }) => {
    const environment = createFakeMachine(env, { [`${FOLDER}/token`]: 't', [`${FOLDER}/ca.crt`]: PEM });
    expect(await loginWithServiceAccount({ environment })).toMatchObject({ server });
  });

  it('[AU-24] fail with an error of ours when the variables of the pod are no address', async () => {
    const env = { KUBERNETES_SERVICE_HOST: 'a b', KUBERNETES_SERVICE_PORT: '443' };
    const environment = createFakeMachine(env, { [`${FOLDER}/token`]: 't', [`${FOLDER}/ca.crt`]: PEM });
    await expect(loginWithServiceAccount({ environment })).rejects.toMatchObject({ code: 'KOPF_CREDENTIALS' });
  });

  it('[AU-24, AU-22, API-07] take the service account of the pod, trimmed, with its namespace and the priority 20', async () => {
    const files = { [`${FOLDER}/token`]: ' t \n', [`${FOLDER}/namespace`]: 'ns\n', [`${FOLDER}/ca.crt`]: PEM };
    const environment = createFakeMachine({ KUBERNETES_SERVICE_HOST: 'h', KUBERNETES_SERVICE_PORT: '443' }, files);
    expect(await loginWithServiceAccount({ environment })).toEqual({
      server: 'https://h/',
      caData: Buffer.from(PEM),
      scheme: 'Bearer',
      token: 't',
      defaultNamespace: 'ns',
      priority: 20,
    });
  });

  it('[AU-23, API-07] take what client-node would send', async () => {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromString(KUBECONFIG.replace('"as":"other"', '"token":""'));
    expect(await loginWithClient(config)).toMatchObject({
      server: 'https://k:1/',
      scheme: 'Basic',
      token: 'YTpi',
      defaultNamespace: 'ns',
      tlsServerName: 'n',
      priority: 10,
    });
    expect(await loginWithClient(new KubeConfig())).toBeUndefined();
  });
});
