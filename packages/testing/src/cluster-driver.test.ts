import { createApiServer } from '@kopfts/apiserver';
import type { JsonObject } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createClusterDriver, type NewObject } from './cluster-driver.js';
import { customResourceDefinition } from './custom-resource-definition.js';

const definition = customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' }) as NewObject & { readonly spec: JsonObject };
const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'kopfexamples.kopf.dev' } };
const object = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'a' }, spec: {} };

describe('Somebody at the cluster', () => {
  it('finds a kind again that came back in another scope', async () => {
    const cluster = createClusterDriver(createApiServer());
    await cluster.create(definition);
    expect((await cluster.create(object)).metadata.namespace).toBe('default');
    await cluster.delete(CRD);
    expect(await cluster.get(object)).toBeUndefined();
    await cluster.create({ ...definition, spec: { ...definition.spec, scope: 'Cluster' } });
    expect((await cluster.create(object)).metadata.namespace).toBeUndefined();
    expect((await cluster.patch(object, { spec: { size: 2 } })).spec).toEqual({ size: 2 });
  });

  it('asks once which path a kind has', async () => {
    const server = createApiServer();
    const paths: string[] = [];
    server.audit(({ path }) => paths.push(path));
    const cluster = createClusterDriver(server);
    await cluster.create(definition);
    await cluster.create(object);
    await cluster.get(object);
    expect(paths.filter((path) => path === '/apis/kopf.dev/v1')).toHaveLength(1);
  });
});
