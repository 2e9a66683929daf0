import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClientNodeLoader } from '../src/auth/client-node.js';
import type { Credentials } from '../src/index.js';
import { readSimpleKubeconfig } from '../src/auth/simple-kubeconfig.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kopfts-auth-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const base64 = (text: string) => Buffer.from(text).toString('base64');
const kubeconfig = (cluster: object, user: object | undefined) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'c', cluster }],
  users: user === undefined ? [] : [{ name: 'u', user }],
  contexts: [{ name: 'one', context: { cluster: 'c', ...(user === undefined ? {} : { user: 'u' }) } }],
  'current-context': 'one',
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const load = (paths: readonly string[], context?: string) =>
  createClientNodeLoader({ kind: 'kubeconfig', paths, context, source: paths.join(':') });

/** Comparable: buffers as text. */
function shown({ server, headers, tls }: Credentials): unknown {
  return {
    server: server.href,
    headers,
    tls: Object.fromEntries(Object.entries(tls).map(([name, value]) => [name, typeof value === 'boolean' ? value : String(value)])),
  };
}

describe('credentials by client-node', () => {
  it.each([
    { of: 'a token', cluster: { server: 'https://h:6443' }, user: { token: 't' } },
    { of: 'a path before the API', cluster: { server: 'https://h/prefix/' }, user: { token: 't' } },
    { of: 'an authority', cluster: { server: 'https://h', 'certificate-authority-data': base64('CA') }, user: { token: 't' } },
    { of: 'no check of the server', cluster: { server: 'https://h', 'insecure-skip-tls-verify': true }, user: { token: 't' } },
    { of: 'another server name', cluster: { server: 'https://h', 'tls-server-name': 'x' }, user: { token: 't' } },
    {
      of: 'a client certificate',
      cluster: { server: 'https://h' },
      user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
    },
    { of: 'no user', cluster: { server: 'https://h', 'certificate-authority-data': base64('CA') }, user: undefined },
    { of: 'plain HTTP', cluster: { server: 'http://127.0.0.1:1' }, user: { token: 't' } },
  ])('equal those of the simple reader for $of', async ({ cluster, user }) => {
    const path = await file('equal.json', kubeconfig(cluster, user));
    const simple = readSimpleKubeconfig(JSON.stringify(kubeconfig(cluster, user)), undefined, path);
    expect(simple).toBeDefined();
    expect(shown(await load([path])(false))).toEqual(simple && shown(simple.credentials));
  });

  it('come from YAML, from files beside it, and from a password', async () => {
    await file('ca.pem', 'CA');
    const path = await file(
      'yaml',
      'clusters:\n- {name: c, cluster: {server: "https://h", certificate-authority: ca.pem}}\nusers:\n- {name: u, user: {username: ada, password: secret}}\ncontexts:\n- {name: one, context: {cluster: c, user: u}}\ncurrent-context: one\n',
    );
    expect(shown(await load([path])(false))).toEqual({
      server: 'https://h/',
      headers: { authorization: `Basic ${base64('ada:secret')}` },
      tls: { ca: 'CA' },
    });
  });

  it('come from several files, merged', async () => {
    const first = await file('first', kubeconfig({ server: 'https://first' }, { token: 'a' }));
    const second = await file('second', {
      clusters: [{ name: 'd', cluster: { server: 'https://second' } }],
      users: [{ name: 'v', user: { token: 'b' } }],
      contexts: [{ name: 'two', context: { cluster: 'd', user: 'v' } }],
    });
    expect(shown(await load([first, second], 'two')(false))).toEqual({
      server: 'https://second/',
      headers: { authorization: 'Bearer b' },
      tls: {},
    });
  });

  it('come from a plugin, which runs again only for a fresh read', async () => {
    const counter = join(folder, 'runs');
    const plugin = await file(
      'plugin.mjs',
      `#!${process.execPath}
import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(counter)}, 'x');
const token = 'run-' + readFileSync(${JSON.stringify(counter)}, 'utf8').length;
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token, expirationTimestamp: '2999-01-01T00:00:00Z' } }));`,
    );
    await chmod(plugin, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' };
    const read = load([await file('exec', kubeconfig({ server: 'https://h' }, { exec }))]);
    const tokens = [];
    for (const fresh of [false, false, true]) tokens.push((await read(fresh)).headers['authorization']);
    expect(tokens).toEqual(['Bearer run-1', 'Bearer run-1', 'Bearer run-2']);
  });

  it.each([
    { when: 'the file is no YAML', content: 'a: [', context: undefined, code: 'KOPF_KUBECONFIG_BROKEN' },
    { when: 'the file is something else', content: 'hello', context: undefined, code: 'KOPF_KUBECONFIG_CONTEXT' },
    { when: 'the file is empty', content: '', context: undefined, code: 'KOPF_KUBECONFIG_BROKEN' },
    {
      when: 'the context is unknown',
      content: kubeconfig({ server: 'https://h' }, { token: 't' }),
      context: 'two',
      code: 'KOPF_KUBECONFIG_CONTEXT',
    },
    {
      when: 'the user is missing',
      content: { ...kubeconfig({ server: 'https://h' }, { token: 't' }), users: [] },
      context: undefined,
      code: 'KOPF_KUBECONFIG_BROKEN',
    },
    {
      when: 'the plugin is missing',
      content: kubeconfig({ server: 'https://h' }, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/no/such/plugin' } }),
      context: undefined,
      code: 'KOPF_CREDENTIALS',
    },
    {
      when: 'there is a proxy',
      content: kubeconfig({ server: 'https://h', 'proxy-url': 'http://p' }, { token: 't' }),
      context: undefined,
      code: 'KOPF_KUBECONFIG_BROKEN',
    },
    {
      when: 'there is an auth provider',
      content: kubeconfig({ server: 'https://h' }, { 'auth-provider': { name: 'oidc', config: {} } }),
      context: undefined,
      code: 'KOPF_KUBECONFIG_BROKEN',
    },
  ])('are an error with a code when $when', async ({ content, context, code }) => {
    await expect(load([await file('broken', content)], context)(false)).rejects.toMatchObject({ code });
  });
});
