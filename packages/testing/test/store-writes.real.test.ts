import { createRegistry, defineConfig, startOperator, TemporaryError } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { customResourceDefinition } from '@kopfts/testing';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { auditEnd } from '../../../tools/kube-apiserver/audit-log.js';
import { define, undefine } from '../../../tools/kube-apiserver/definitions.js';
import { operatorWrites } from './real-audit.js';
import { kubectl, PATIENCE } from './real-cluster.js';
import { STORE_PLACES } from './store-places.js';

const plane = inject('controlPlane');
const KIND = { group: 'stores.kopf.dev', kind: 'StoreExample' };
const resource = 'storeexamples';

/** Endpoints that were written to since a place in the audit log, when there are as many as expected, and none follows. */
async function written(namespace: string, from: number, expected: readonly string[]): Promise<readonly string[]> {
  const endpoints = async () => operatorWrites({ namespace, resource }, from).map(({ endpoint }) => endpoint);
  await vi.waitFor(async () => expect((await endpoints()).length).toBeGreaterThanOrEqual(expected.length), PATIENCE);
  await new Promise((resolve) => setTimeout(resolve, 400));
  return endpoints();
}

describe('stores on a real kube-apiserver', () => {
  const definition = customResourceDefinition(KIND);
  beforeAll(() => define(plane, definition));
  afterAll(() => undefine(plane, definition));

  it.each(STORE_PLACES.map((place, index) => ({ ...place, index })))(
    '[G-10, PA-01] write as often as on the in-memory server, and leave results and nothing of the records: $where',
    async ({ stores, index, results, retry }) => {
      const namespace = `stores-${String(index)}`;
      await kubectl(['create', 'namespace', namespace]);
      const kopf = createRegistry();
      kopf.on.create('StoreExample', { id: 'made' }, ({ retry: attempt }) => {
        if (attempt === 0) throw new TemporaryError('not yet', { delay: 0.3 });
        return { attempt };
      });
      kopf.on.update('StoreExample', { id: 'changed/deep' }, () => 'x');
      kopf.on.delete('StoreExample', { id: 'gone' }, () => undefined);
      const plugins = [kubernetes({ kubeconfig: plane.kubeconfigPath }), ...stores()];
      const operator = await startOperator(defineConfig({ name: 'stores', handlers: [kopf], namespaces: [namespace], plugins }));
      const object = ['-n', namespace, `${resource}.${KIND.group}`, 'a'];
      try {
        await operator.ready;
        let from = auditEnd(plane.auditLogPath);
        const metadata = { name: 'a', namespace };
        await kubectl(['create', '-f', '-'], { apiVersion: `${KIND.group}/v1`, kind: KIND.kind, metadata, spec: { size: 1 } });
        expect(await written(namespace, from, ['main', ...retry])).toEqual(['main', ...retry]);
        from = auditEnd(plane.auditLogPath);
        await kubectl(['patch', ...object, '--type=merge', '-p', '{"spec":{"size":2}}']);
        expect(await written(namespace, from, results)).toEqual(results);
        const text = await kubectl(['get', ...object, '-o', 'json']);
        expect(JSON.parse(text)).toMatchObject({ status: { made: { attempt: 1 }, 'changed/deep': 'x' } });
        expect(text).toContain('size\\":2');
        expect(text).not.toContain('retries');
        from = auditEnd(plane.auditLogPath);
        await kubectl(['delete', ...object]);
        expect(await written(namespace, from, ['main'])).toEqual(['main']);
      } finally {
        await operator.stop();
      }
    },
  );
});
