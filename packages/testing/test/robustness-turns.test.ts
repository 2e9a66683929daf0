import { createRegistry, defineConfig, startOperator, type ClusterClient, type Fact, type Plugin } from '@kopfts/core';
import { createMemoryStores } from '@kopfts/core/contracts';
import { kubernetes } from '@kopfts/kubernetes';
import { createHarness, customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, KIND, storedEssence } from './world.js';

const status = (code: number, message = 'no') => ({
  kind: 'status' as const,
  code,
  body: JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code, message }),
});
const plugin = (name: string, setup: Plugin['setup']): Plugin => ({ name, setup });

describe('more', () => {
  it('ready rejects when the operator is stopped before anything was listed', async () => {
    const stores = createMemoryStores();
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
    const client = {
      resolve: async () => ({ resources: [resource] }),
      async *catalogueChanges(signal: AbortSignal) {
        await until(signal);
      },
      async *watch(_of: unknown, _o: unknown, signal: AbortSignal) {
        await until(signal);
      },
      write: async () => ({ kind: 'gone' as const }),
      record: async () => ({ kind: 'recorded' as const }),
    } as unknown as ClusterClient;
    const kopf = createRegistry();
    kopf.on.create('KopfExample', { id: 'c' }, () => undefined);
    const facts: Fact[] = [];
    const operator = await startOperator(
      defineConfig({
        name: 'x',
        handlers: [kopf],
        plugins: [
          plugin('all', (host) => {
            host.contribute('clusterClient', { open: () => client });
            host.contribute('progressStore', { open: () => stores.progress });
            host.contribute('diffBaseStore', { open: () => stores.diffBase });
          }),
        ],
      }),
      { factSinks: [{ accept: (fact) => void facts.push(fact) }] },
    );
    await new Promise((resolve) => setImmediate(resolve));
    await operator.stop();
    await expect(operator.ready).rejects.toThrow();
    expect(facts.map(({ kind }) => kind)).not.toContain('operator-ready');
  });

  it('[6.5] change handlers wait for the events of their own state only, not for a flood', async () => {
    const log: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'e' }, async () => {
        await world.clock.sleep(1000, new AbortController().signal);
      });
      kopf.on.create('KopfExample', { id: 'c' }, () => void log.push('create'));
    });
    await world.start();
    await world.create(example());
    for (let n = 0; n < 120; n += 1) {
      await world.advance(0.5);
      await world.mergeStatus(A, { n });
    }
    expect(log).toEqual(['create']);
    await world.close();
  });

  it('an event handler that never ends does not hold the deletion for ever', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'e' }, ({ type }) => (type === 'MODIFIED' ? new Promise(() => undefined) : undefined));
      kopf.on.delete('KopfExample', { id: 'd' }, () => undefined);
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    await world.delete(A);
    await world.advance('1h');
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('does not repeat handlers while an external store fails', async () => {
    const stores = createMemoryStores();
    let fail = 5;
    let calls = 0;
    const world = await createHarness({
      crds: [customResourceDefinition(KIND)],
      config: ({ transport }) => {
        const kopf = createRegistry();
        kopf.on.create('KopfExample', { id: 'c' }, () => void (calls += 1));
        return defineConfig({
          name: 'test',
          handlers: [kopf],
          plugins: [
            kubernetes({ transport }),
            plugin('mem', (host) => {
              host.contribute('progressStore', { open: () => stores.progress });
              host.contribute('diffBaseStore', {
                open: () => ({
                  ...stores.diffBase,
                  commit: async (w, s) => {
                    if (fail-- > 0) throw new Error('store down');
                    return (await stores.diffBase.commit?.(w, s)) ?? 'done';
                  },
                }),
              });
            }),
          ],
        });
      },
    });
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect({ calls, size: stores.size }).toEqual({ calls: 1, size: 1 });
    await world.close();
  });

  it('a flush in back-off does not hold the end of its pass', async () => {
    let finish: () => void = () => undefined;
    const world = await createWorld(
      (kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => new Promise<void>((resolve) => (finish = resolve))),
    );
    await world.start();
    world.faults.add(status(403), { when: (call) => call.method === 'PATCH', times: 1e6 });
    await world.create(example());
    await world.advance(100);
    world.faults.clear();
    finish();
    await world.advance(2);
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    await world.close();
  });

  it('asks plugins for admittance when it is the turn of the object, not before it waited for a worker', async () => {
    let leader = true;
    let finish: () => void = () => undefined;
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', { id: 'c' }, ({ name }) => {
          seen.push(name);
          if (name === 'a') return new Promise<void>((resolve) => (finish = resolve));
          return undefined;
        }),
      {
        settings: { queueing: { workerLimit: 1 } },
        plugins: [
          plugin('gate', (host) =>
            host.contribute('admitPass', () => (leader ? { go: true } : { go: false, reason: 'no leader', retryAfterMs: 5000 })),
          ),
        ],
      },
    );
    await world.start();
    await world.create(example('a'));
    await world.settle();
    await world.create(example('b'));
    await world.settle();
    leader = false;
    finish();
    await world.advance(1);
    expect(seen).toEqual(['a']);
    await world.close();
  });

  it('a handler that replaces patch.metadata by null is not repeated for ever', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, ({ patch }) => {
        calls += 1;
        (patch as { metadata: unknown }).metadata = null;
      });
      kopf.on.create('KopfExample', { id: 'd' }, () => undefined);
    });
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect(calls).toBe(1);
    await world.close();
  });

  it('an object whose event handlers wait is not held in a queue when its kind is released', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.event('KopfExample', { id: 'e' }, async ({ type }) => {
          seen.push(type);
          await world.clock.sleep(5000, new AbortController().signal);
        }),
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.patch(A, { spec: { x: 1 } });
    await world.patch(A, { spec: { x: 2 } });
    await world.settle();
    await world.delete({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'kopfexamples.kopf.dev' },
    });
    await world.advance(60);
    expect(seen.at(-1)).toBe('DELETED');
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });

  it('deletes of a CRD: delete handlers run and objects go', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.delete('KopfExample', { id: 'd' }, async ({ name }) => {
          await world.clock.sleep(5000, new AbortController().signal);
          seen.push(name);
        }),
    );
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.settle();
    await world.delete({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'kopfexamples.kopf.dev' },
    });
    await world.advance(60);
    expect(seen).toEqual(['a', 'b']);
    await world.close();
  });
});
