import { createRegistry, defineConfig, startOperator, type ClusterClient, type Plugin, type SeenObject } from '@kopfts/core';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it } from 'vitest';
import { LHC } from './world.js';
describe('where versions have no order', () => {
  it('[Q-15] change handlers never run on a state older than the last own write, where versions cannot be compared', async () => {
    const resource = {
      group: 'kopf.dev',
      version: 'v1',
      plural: 'kopfexamples',
      kind: 'KopfExample',
      singular: 'kopfexample',
      shortNames: [],
      categories: [],
      subresources: ['status'],
      namespaced: true,
      preferred: true,
      verbs: ['list', 'watch', 'patch'],
    };
    const until = (signal: AbortSignal) =>
      new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));
    const state = (version: string, essence?: string): SeenObject => ({
      uid: 'u',
      name: 'a',
      namespace: 'default',
      resourceVersion: version,
      deleting: false,
      body: () => ({
        apiVersion: 'kopf.dev/v1',
        kind: 'KopfExample',
        metadata: {
          name: 'a',
          namespace: 'default',
          uid: 'u',
          resourceVersion: version,
          ...(essence === undefined ? {} : { annotations: { [LHC]: essence } }),
        },
        spec: {},
      }),
    });
    const queue: unknown[] = [
      { kind: 'sync-begin', newEpoch: false },
      { kind: 'sync-end', resourceVersion: 'x' },
      { kind: 'change', type: 'added', inferred: false, object: state('first') },
    ];
    let ring: () => void = () => undefined;
    const client = {
      resolve: async () => ({ resources: [resource] }),
      async *catalogueChanges(signal: AbortSignal) {
        await until(signal);
      },
      async *watch(_of: unknown, _o: unknown, signal: AbortSignal) {
        while (!signal.aborted) {
          while (queue.length > 0) yield queue.shift();
          await Promise.race([until(signal), new Promise<void>((resolve) => (ring = resolve))]);
        }
      },
      write: async () => ({ kind: 'committed', object: state('written', '{"spec":{}}\n') }),
      record: async () => ({ kind: 'recorded' }),
    } as unknown as ClusterClient;
    const seen: string[] = [];
    const kopf = createRegistry();
    kopf.on.create('KopfExample', { id: 'made' }, ({ meta }) => void seen.push(meta.resourceVersion));
    const all: Plugin = { name: 'all', setup: (host) => host.contribute('clusterClient', { open: () => client }) };
    const operator = await startOperator(defineConfig({ name: 'test', handlers: [kopf], plugins: [all, annotations()] }));
    await operator.ready;
    const rest = async () => {
      for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    await rest();
    expect(seen).toEqual(['first']);
    // The watch is behind: it still brings a state from before the write.
    queue.push({ kind: 'change', type: 'modified', inferred: false, object: state('between') });
    ring();
    await rest();
    queue.push({ kind: 'change', type: 'modified', inferred: false, object: state('written', '{"spec":{}}\n') });
    ring();
    await rest();
    expect(seen).toEqual(['first']);
    await operator.stop();
  });
});
