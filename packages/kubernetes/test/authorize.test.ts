import { createApiServer } from '@kopfts/apiserver';
import { systemClock, systemRandom } from '@kopfts/core';
import { expect, it, onTestFinished } from 'vitest';
import { createClusterClient, createHttpsTransport } from '../src/index.js';

const tokens = {
  root: { name: 'root', groups: ['system:masters'] },
  reader: { name: 'reader', groups: ['watchers'] },
  guest: { name: 'guest' },
};
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const { signal } = new AbortController();

/** Our client, as somebody with all rights, and a server where the group `watchers` may read metrics. */
async function open() {
  const server = createApiServer({ seed: 1, authorization: 'RBAC', tokens });
  const { url, close } = await server.listen();
  const credentials = { server: new URL(url), headers: { authorization: 'Bearer root' }, tls: {}, source: 'the test' };
  const transport = createHttpsTransport({
    credentials: { get: () => Promise.resolve(credentials), reject: () => undefined },
    clock: systemClock,
    userAgent: 'test',
  });
  onTestFinished(async () => {
    await transport.close();
    await close();
    await server.close();
  });
  const create = async (path: string, body: object): Promise<void> => {
    const request = {
      lane: 'write',
      method: 'POST',
      path: `${RBAC}/${path}`,
      body: JSON.stringify(body),
      contentType: 'application/json',
      timeoutMs: 10_000,
    } as const;
    expect((await transport.send(request, signal)).status).toBe(201);
  };
  await create('clusterroles', { metadata: { name: 'metrics' }, rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] });
  const subjects = [{ kind: 'Group', name: 'watchers', apiGroup: 'rbac.authorization.k8s.io' }];
  await create('clusterrolebindings', {
    metadata: { name: 'm' },
    subjects,
    roleRef: { kind: 'ClusterRole', name: 'metrics', apiGroup: 'rbac.authorization.k8s.io' },
  });
  return createClusterClient({ transport, clock: systemClock, random: systemRandom, fieldManager: 'test', note: () => undefined });
}

it('[SEC3] whether the bearer of a token may read: nobody’s token, one without the right, one with it, and another path', async () => {
  const client = await open();
  const ask = (token: string, path = '/metrics', audiences?: readonly string[]) =>
    client.authorize?.({ token, verb: 'get', path, audiences }, signal);
  expect(await Promise.all([ask('nobody'), ask('guest'), ask('reader'), ask('reader', '/secrets')])).toEqual([
    'unknown',
    'denied',
    'allowed',
    'denied',
  ]);
  // A token that was not made for us is nobody's.
  expect(await ask('reader', '/metrics', ['somebody-else'])).toBe('unknown');
});
