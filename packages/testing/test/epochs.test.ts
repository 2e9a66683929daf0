import {
  createRegistry,
  defineConfig,
  startOperator,
  type ClusterClient,
  type ObjectBody,
  type Plugin,
  type Resource,
  type SeenObject,
  type WatchSignal,
} from '@kopfts/core';
import { createMemoryStores } from '@kopfts/core/contracts';
import { describe, expect, it } from 'vitest';

const KIND: Resource = {
  group: 'kopf.dev',
  version: 'v1',
  plural: 'kopfexamples',
  kind: 'KopfExample',
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: [],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

/** A cluster whose watch says what the test wants it to say. */
function scriptedCluster() {
  const waiting: WatchSignal[] = [];
  let ring: () => void = () => undefined;
  const ended = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
  const client: ClusterClient = {
    resolve: () => Promise.resolve({ resources: [KIND] }),
    async *catalogueChanges(signal) {
      await ended(signal);
    },
    async *watch(_of, _options, signal) {
      while (!signal.aborted) {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
        await Promise.race([ended(signal), new Promise<void>((resolve) => (ring = resolve))]);
      }
    },
    write: () => Promise.resolve({ kind: 'gone' }),
    record: () => Promise.resolve({ kind: 'recorded' }),
  };
  const say = async (...signals: readonly WatchSignal[]): Promise<void> => {
    waiting.push(...signals);
    ring();
    // All that follows are microtasks; each turn of the event loop runs them to their end.
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { client, say };
}

function seenAt(resourceVersion: string, size: number): SeenObject {
  const metadata = { name: 'a', namespace: 'default', uid: 'one', resourceVersion };
  const body: ObjectBody = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata, spec: { size } };
  return { ...metadata, deleting: false, body: () => body };
}

const change = (type: 'listed' | 'modified', object: SeenObject): WatchSignal => ({ kind: 'change', type, object, inferred: false });

describe('epochs', () => {
  it('[B26] older versions count for nothing, until a restored backup opens a new epoch: then they are detected anew', async () => {
    const { client, say } = scriptedCluster();
    const stores = createMemoryStores();
    const seen: unknown[] = [];
    const kopf = createRegistry();
    kopf.on.update('KopfExample', ({ old, new: fresh }) => void seen.push([old.spec.size, fresh.spec.size]));
    const cluster: Plugin = {
      name: 'cluster',
      setup: (host) => {
        host.contribute('clusterClient', { open: () => client });
        host.contribute('progressStore', { open: () => stores.progress });
        host.contribute('diffBaseStore', { open: () => stores.diffBase });
      },
    };
    const operator = await startOperator(defineConfig({ name: 'test', handlers: [kopf], plugins: [cluster] }));
    await say({ kind: 'sync-begin', newEpoch: false }, change('listed', seenAt('100', 1)), { kind: 'sync-end', resourceVersion: '100' });
    await say(change('modified', seenAt('110', 2)));
    await say(change('modified', seenAt('90', 3)));
    expect(seen).toEqual([[1, 2]]);
    await say({ kind: 'sync-begin', newEpoch: true }, change('listed', seenAt('90', 3)), { kind: 'sync-end', resourceVersion: '95' });
    expect(seen).toEqual([
      [1, 2],
      [2, 3],
    ]);
    await operator.stop();
  });
});
