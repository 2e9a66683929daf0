import { Buffer } from 'node:buffer';
import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { createKubeconfigLoader } from '../src/auth/kubeconfig.js';
import { createFakeMachine, portsOn } from './support/fake-machine.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const kubeconfig = (cluster: object, user: object | undefined) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster }],
    users: user === undefined ? [] : [{ name: 'u', user }],
    contexts: [{ name: 'one', context: { cluster: 'c', ...(user === undefined ? {} : { user: 'u' }) } }],
    'current-context': 'one',
  });

async function byUs(text: string): Promise<Record<string, unknown>> {
  const machine = createFakeMachine({}, { '/k': text });
  const load = createKubeconfigLoader({ kind: 'kubeconfig', paths: ['/k'], context: undefined, source: '/k' }, portsOn(machine));
  const { headers, tls } = await load(false);
  return shown({ ...tls, headers });
}

async function byClientNode(text: string): Promise<Record<string, unknown>> {
  const config = new KubeConfig();
  config.loadFromString(text);
  const options: { headers: Record<string, string>; auth?: string; agent?: unknown } = { headers: {} };
  await config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  const { auth, agent: _agent, headers, ...tls } = options;
  return shown({ ...tls, headers: { ...headers, ...(auth === undefined ? {} : { authorization: `Basic ${base64(auth)}` }) } });
}

/** Comparable: buffers as text, names of headers in lower case. */
function shown({ headers, ...tls }: Record<string, unknown>): Record<string, unknown> {
  const lower = Object.entries(headers as object).map(([name, value]) => [name.toLowerCase(), value as unknown]);
  const texts = Object.entries(tls).filter(([, value]) => value !== undefined);
  return {
    headers: Object.fromEntries(lower) as unknown,
    ...Object.fromEntries(texts.map(([name, value]) => [name, typeof value === 'boolean' ? value : String(value)])),
  };
}

describe('credentials of a kubeconfig', () => {
  it.each([
    { of: 'a token', cluster: {}, user: { token: 't' } },
    { of: 'an authority', cluster: { 'certificate-authority-data': base64('CA') }, user: { token: 't' } },
    { of: 'no check of the server', cluster: { 'insecure-skip-tls-verify': true }, user: { token: 't' } },
    { of: 'another server name', cluster: { 'tls-server-name': 'x' }, user: { token: 't' } },
    { of: 'a client certificate', cluster: {}, user: { 'client-certificate-data': base64('C'), 'client-key-data': base64('K') } },
    { of: 'a password', cluster: {}, user: { username: 'ada', password: 'secret' } },
    { of: 'somebody else', cluster: {}, user: { token: 't', as: 'ada' } },
    { of: 'no user', cluster: {}, user: undefined },
  ])('are those of client-node for $of', async ({ cluster, user }) => {
    const text = kubeconfig({ server: 'https://h', ...cluster }, user);
    expect(await byUs(text)).toEqual(await byClientNode(text));
  });

  it('come from client-node for providers that only it knows', async () => {
    const user = { 'auth-provider': { name: 'azure', config: { 'access-token': 'of-azure', 'expires-on': '32503680000' } } };
    expect(await byUs(kubeconfig({ server: 'https://h' }, user))).toEqual({ headers: { authorization: 'Bearer of-azure' } });
  });

  it('say what is wrong when such a provider fails', async () => {
    const user = { 'auth-provider': { name: 'gcp', config: { expiry: '2000-01-01T00:00:00Z' } } };
    await expect(byUs(kubeconfig({ server: 'https://h' }, user))).rejects.toMatchObject({ code: 'KOPF_CREDENTIALS' });
  });
});
