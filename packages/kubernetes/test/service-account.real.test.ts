import { Buffer } from 'node:buffer';
import { systemClock } from '@kopfts/core';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { createDiscoveryMemory } from '../src/discovery-memory.js';
import { discover } from '../src/discovery.js';
import { createCredentialSource, createHttpsTransport, type Transport, type WireRequest } from '../src/index.js';

const { url, ca, token } = inject('controlPlane');
const { signal } = new AbortController();
const transports: Transport[] = [];
afterAll(() => Promise.all(transports.map((transport) => transport.close())));

/** A transport with whatever token is the current one. */
function transportWith(current: () => string): Transport {
  const source = createCredentialSource(
    async () => ({ server: new URL(url), headers: { authorization: `Bearer ${current()}` }, tls: { ca }, source: 'the test' }),
    systemClock,
  );
  const transport = createHttpsTransport({ clock: systemClock, credentials: source, userAgent: 'accounts' });
  transports.push(transport);
  return transport;
}

const admin = transportWith(() => token);
async function ask(
  transport: Transport,
  method: WireRequest['method'],
  path: string,
  body?: object,
): Promise<{ status: number; json: unknown }> {
  const request: WireRequest = {
    lane: 'read',
    method,
    path,
    timeoutMs: 30_000,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const { status, body: bytes } = await transport.send(request, signal);
  return { status, json: JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown };
}

const ACCOUNTS = '/api/v1/namespaces/default/serviceaccounts';
async function createAccount(name: string): Promise<string> {
  await ask(admin, 'POST', ACCOUNTS, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { json } = await ask(admin, 'POST', `${ACCOUNTS}/${name}/token`, request);
  return (json as { status: { token: string } }).status.token;
}

describe('on a real kube-apiserver', () => {
  it('[I6] a service account that was deleted and created anew is accepted again with its new token, by the same client', async () => {
    let current = await createAccount('recreated');
    const client = transportWith(() => current);
    const statusOf = async () => (await ask(client, 'GET', '/api')).status;
    expect(await statusOf()).toBe(200);
    await ask(admin, 'DELETE', `${ACCOUNTS}/recreated`);
    // The server remembers for some seconds whom it knew.
    while ((await statusOf()) !== 401);
    current = await createAccount('recreated');
    expect(await statusOf()).toBe(200);
  });

  it('kinds are found while the server behind one group is down', async () => {
    const name = 'v1.down.kopf.dev';
    await ask(admin, 'POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name },
      spec: {
        group: 'down.kopf.dev',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { name: 'nobody', namespace: 'default' },
      },
    });
    try {
      const selector = { by: 'name', name: 'deployments', group: undefined, version: undefined } as const;
      const { resources } = await discover([selector], { transport: admin, memory: createDiscoveryMemory() }, signal);
      expect(resources.map(({ plural }) => plural)).toContain('namespaces');
    } finally {
      await ask(admin, 'DELETE', `/apis/apiregistration.k8s.io/v1/apiservices/${name}`);
    }
  });
});
