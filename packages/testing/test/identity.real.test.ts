import { createRegistry, defineConfig, startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { customResourceDefinition } from '@kopfts/testing';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { define, undefine } from '../../../tools/kube-apiserver/definitions.js';
import { kubectl, PATIENCE, transportWith } from './real-cluster.js';

const KIND = { group: 'identity.kopf.dev', kind: 'Identity', plural: 'identities' };
interface Found {
  readonly metadata: { readonly uid: string };
  readonly status?: unknown;
}

describe('identity on a real kube-apiserver: the object is deleted and created anew before a request leaves', () => {
  const definition = customResourceDefinition(KIND);
  beforeAll(() => define(inject('controlPlane'), definition));
  afterAll(() => undefine(inject('controlPlane'), definition));

  it.each([
    { what: 'the finalizer', of: '/metadata/finalizers' },
    { what: 'the results', of: '/status' },
    { what: 'the essence', of: 'last-handled-configuration' },
  ])('[S3, D1] $what of the old object never reaches the new one', async ({ what, of }) => {
    const namespace = `identity-${what.replace(' ', '-')}`;
    await kubectl(['create', 'namespace', namespace]);
    const object = (life: string) => ({
      apiVersion: 'identity.kopf.dev/v1',
      kind: 'Identity',
      metadata: { name: 'a', namespace },
      spec: { life },
    });
    const where = ['-n', namespace, 'identities.identity.kopf.dev', 'a'];
    let replaced = false;
    const transport = transportWith(async (request) => {
      if (replaced || request.method !== 'PATCH' || !String(request.body).includes(of)) return;
      replaced = true;
      await kubectl(['patch', ...where, '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
      await kubectl(['delete', ...where]);
      await kubectl(['create', '-f', '-'], object('new'));
    });
    const kopf = createRegistry();
    kopf.on.create('identities.identity.kopf.dev', { id: 'made' }, ({ spec, uid }) => ({ life: spec.life as string, uid }));
    kopf.on.delete('identities.identity.kopf.dev', { id: 'bye' }, () => undefined);
    const plugins = [kubernetes({ transport }), annotations()];
    const operator = await startOperator(defineConfig({ name: 'identity', handlers: [kopf], namespaces: [namespace], plugins }));
    await operator.ready;
    try {
      await kubectl(['create', '-f', '-'], object('old'));
      const get = async (): Promise<Found> => JSON.parse(await kubectl(['get', ...where, '-o', 'json'])) as Found;
      await vi.waitFor(async () => {
        const found = await get();
        expect(found.status).toEqual({ made: { life: 'new', uid: found.metadata.uid } });
      }, PATIENCE);
      expect(replaced).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const found = await get();
      expect(found.status).toEqual({ made: { life: 'new', uid: found.metadata.uid } });
      expect(JSON.stringify(found)).not.toContain('"life":"old"');
    } finally {
      await operator.stop();
      await transport.close();
    }
  });
});
