import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createApiServer } from '@kopfts/apiserver';
import {
  systemClock,
  systemRandom,
  type ClusterClient,
  type ClusterSelection,
  type ExtensionPoints,
  type Plugin,
  type PluginHost,
  type Resource,
} from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { kubernetes, type AuthEnvironment } from '../src/index.js';
import { createAuthority } from './support/certificates.js';
import { createLoopback } from './support/loopback.js';
import { createScriptedTransport } from './support/scripted-transport.js';

const loopback = createLoopback();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await loopback.close();
});

/** A machine with these kubeconfigs. */
function machine(files: Readonly<Record<string, string>>): AuthEnvironment {
  return {
    env: {},
    readFile: async (path) => files[path] ?? '',
    modifiedMs: async () => 1,
    exists: async (path) => path in files,
    run: () => Promise.reject(new Error('no programs here')),
  };
}

/** Sets a plugin up and opens its client. */
async function open(plugin: Plugin, cluster: ClusterSelection = {}): Promise<ClusterClient> {
  let part: ExtensionPoints['clusterClient'] | undefined;
  const host: PluginHost = {
    identity: { name: 'op', prefix: 'op.kopf.zalando.org', finalizer: 'op.kopf.zalando.org/finalizer', fieldManager: 'op' },
    clock: systemClock,
    random: systemRandom,
    cluster,
    contribute: (point, contributed) => {
      if (point === 'clusterClient') part = contributed as ExtensionPoints['clusterClient'];
    },
    emit: () => undefined,
  };
  plugin.setup(host);
  if (part === undefined) throw new Error('nothing was contributed');
  return part.open({ signal: new AbortController().signal, onClose: (close) => cleanups.push(close) });
}

const PODS: Resource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  singular: 'pod',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

const resolveNamespaces = (client: ClusterClient) =>
  client.resolve([{ by: 'plural', name: 'namespaces', group: '', version: undefined }], new AbortController().signal);

describe('kubernetes()', () => {
  it('reaches the cluster of the kubeconfig that the command line names', async () => {
    const server = createApiServer();
    const { url } = await server.listen();
    cleanups.push(() => server.close());
    const environment = machine({ '/k': JSON.stringify(server.kubeconfig(url)), '/other': 'broken: [' });
    const client = await open(kubernetes({ kubeconfig: '/other', environment }), { kubeconfig: '/k' });
    expect((await resolveNamespaces(client)).resources.map(({ plural }) => plural)).toContain('namespaces');
  });

  it('[C15] says which server of which kubeconfig cannot be reached', async () => {
    const server = createApiServer();
    const { url } = await server.listen();
    const environment = machine({ '/k': JSON.stringify(server.kubeconfig(url)) });
    await server.close();
    const client = await open(kubernetes({ kubeconfig: '/k', environment }));
    const error = await resolveNamespaces(client).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE' });
    expect(String(error)).toContain(`Cannot connect to the API server ${new URL(url).origin} (from /k): connect ECONNREFUSED`);
  });

  it('says that the credentials are not accepted', async () => {
    const server = createApiServer({ tokens: { right: { name: 'ada' } } });
    const { url } = await server.listen();
    cleanups.push(() => server.close());
    const wrong = JSON.stringify(server.kubeconfig(url)).replaceAll('right', 'wrong');
    const client = await open(kubernetes({ kubeconfig: '/k', environment: machine({ '/k': wrong }) }));
    await expect(resolveNamespaces(client)).rejects.toMatchObject({ code: 'KOPF_UNAUTHORIZED' });
  });

  it.each([
    { when: 'the kubeconfig is missing', options: { kubeconfig: '/none' }, code: 'KOPF_KUBECONFIG_MISSING' },
    { when: 'the context is unknown', options: { kubeconfig: '/k', context: 'x' }, code: 'KOPF_KUBECONFIG_CONTEXT' },
    { when: 'nothing names a cluster', options: {}, code: 'KOPF_KUBECONFIG_MISSING' },
  ])('fails before the operator begins when $when', async ({ options, code }) => {
    const environment = machine({ '/k': JSON.stringify({ clusters: [], users: [], contexts: [] }) });
    await expect(open(kubernetes({ ...options, environment }))).rejects.toMatchObject({ code });
  });

  it('reads no kubeconfig when it is given a transport, and leaves that open', async () => {
    const transport = createScriptedTransport();
    const client = await open(kubernetes({ transport, environment: machine({}) }), { kubeconfig: '/none' });
    const resolved = resolveNamespaces(client);
    (await transport.next()).reply(200, { versions: [] });
    expect(await resolved).toEqual({ resources: [] });
  });

  it('acts as somebody else when it is told to, whomever the kubeconfig names', async () => {
    const seen: string[][] = [];
    const server = createServer((request, response) => {
      seen.push(request.rawHeaders);
      response.end(JSON.stringify({ versions: [] }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const text = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` } }],
      users: [{ name: 'u', user: { token: 't', as: 'grace', 'as-uid': '1' } }],
      contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'one',
    });
    const options = { impersonate: { user: 'ada', groups: ['a', 'b'] }, kubeconfig: '/k', environment: machine({ '/k': text }) };
    await resolveNamespaces(await open(kubernetes(options)));
    const sent = (seen[0] ?? []).flatMap((name, index, all) => (/^(imp|auth)/.test(name) ? [`${name}: ${String(all[index + 1])}`] : []));
    expect(sent).toEqual(['authorization: Bearer t', 'impersonate-user: ada', 'impersonate-group: a', 'impersonate-group: b']);
  });

  it('refuses an option that it does not have, and names the nearest', () => {
    expect(() => kubernetes({ kubeConfig: '/k' } as never)).toThrow("kubernetes() has no option 'kubeConfig'; did you mean 'kubeconfig'?");
  });

  it.each([
    { http2: 'auto', watches: '2.0', writes: '2.0' },
    { http2: 'writes', watches: '1.1', writes: '2.0' },
    { http2: false, watches: '1.1', writes: '1.1' },
  ] as const)('takes HTTP/2 for what the option says: $http2', async ({ http2, watches, writes }) => {
    const seen: Record<string, string> = {};
    const authority = await createAuthority('servers');
    const server = createSecureServer({ ...(await authority.issue(['127.0.0.1'])), allowHTTP1: true }, ({ url, httpVersion }, response) => {
      seen[url.includes('watch=') ? 'watches' : 'writes'] = httpVersion;
      response.writeHead(404).end('404 page not found');
    });
    const port = await loopback.listen(server);
    const credentials = { server: `https://127.0.0.1:${String(port)}`, caData: Buffer.from(authority.ca).toString('base64') };
    const client = await open(kubernetes({ connections: [credentials], http2 }));
    const ended = new AbortController();
    await client.write({ kind: 'merge', ref: { resource: PODS, namespace: 'default', name: 'a', uid: 'u' }, patch: {} }, ended.signal);
    for await (const said of client.watch({ resource: PODS, namespace: undefined }, {}, ended.signal)) {
      if (said.kind === 'health' && said.state !== 'connecting') ended.abort();
    }
    expect(seen).toEqual({ watches, writes });
  });

  it('refuses what is no choice of HTTP/2', () => {
    expect(() => kubernetes({ http2: true as never })).toThrow("'auto', 'writes' or false");
  });
});
