// How much a change costs, by where the operator keeps its memory: counted in the audit of the server.
import { TemporaryError, type Registry } from '@kopfts/core';
import { status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Harness } from '../src/index.js';
import { STORE_PLACES, type StorePlace } from './store-places.js';
import { A, createWorld, example, type WorldOptions } from './world.js';

interface Counted {
  readonly world: Harness;
  /** What the operator has been committed since the last call, by endpoint, in order. */
  readonly written: () => readonly string[];
}

async function startCounted(declare: (kopf: Registry) => void, stores: StorePlace['stores'], options: WorldOptions = {}): Promise<Counted> {
  const world = await createWorld(declare, { stores, ...options });
  onTestFinished(() => world.close());
  const endpoints: string[] = [];
  world.server.audit(({ verb, subresource, commits, userAgent }) => {
    if (verb === 'patch' && userAgent.includes('operator#'))
      endpoints.push(commits.length === 0 ? 'nothing' : subresource === 'status' ? 'status' : 'main');
  });
  await world.start();
  return { world, written: () => endpoints.splice(0) };
}

describe.each(STORE_PLACES)('an operator that keeps its memory in $where', ({ stores, results, plain, retry }) => {
  it.each([1, 5])('[G-15, PA-01] writes that much for a change, however many handlers succeed at once: %i', async (count) => {
    const { world, written } = await startCounted((kopf) => {
      for (let n = 0; n < count; n += 1) {
        kopf.on.create('KopfExample', { id: `create_${String(n)}` }, () => n);
        kopf.on.update('KopfExample', { id: `update_${String(n)}`, field: 'spec.size' }, () => n);
      }
    }, stores);
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    expect(written()).toEqual(results);
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect(written()).toEqual(results);
    await world.patch(A, { spec: { other: 1 } });
    await world.settle();
    expect(written()).toEqual(plain);
  });

  it('writes once where the kind has no status endpoint', async () => {
    const { world, written } = await startCounted((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'x'), stores, {
      kind: { group: 'kopf.dev', kind: 'KopfExample', status: false },
    });
    await world.create(example());
    await world.settle();
    expect(written()).toEqual(['main']);
    await world.restart();
    await world.advance('10m');
    expect(written()).toEqual([]);
  });

  it('[Z-10] writes once more at the first sight of an object that needs the finalizer, and once to release it', async () => {
    const { world, written } = await startCounted((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => 'x');
      kopf.on.delete('KopfExample', { id: 'gone' }, () => undefined);
    }, stores);
    await world.create(example());
    await world.settle();
    expect(written()).toEqual(['main', ...results]);
    await world.delete(A);
    await world.settle();
    expect(written()).toEqual(['main']);
  });

  it('[Y-15] writes nothing for restarts, and for changes that are none', async () => {
    const { world, written } = await startCounted((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => 'x');
      kopf.on.resume('KopfExample', { id: 'back' }, () => undefined);
      kopf.on.update('KopfExample', { id: 'changed', field: 'status' }, () => undefined);
    }, stores);
    await world.create(example());
    await world.settle();
    written();
    await world.restart();
    await world.advance('10m');
    await world.patch(A, { metadata: { annotations: { 'other.kopf.zalando.org/fn': 'x' } } });
    world.breakWatches();
    await world.advance('10m');
    expect(written()).toEqual([]);
  });

  it('[G-10, PA-01] writes a record once per attempt, and takes it away with the result', async () => {
    const { world, written } = await startCounted((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ retry: attempt }) => {
        if (attempt === 0) throw new TemporaryError('not yet', { delay: 30 });
        return attempt;
      });
    }, stores);
    await world.create(example());
    await world.advance('60s');
    expect(written()).toEqual(retry);
    const object = await world.get(A);
    expect(object?.['status']).toMatchObject({ made: 1 });
    expect(JSON.stringify(object)).not.toContain('"retries');
  });

  it('[C-06] handles nothing but changes of others, even if somebody asked for the whole status', async () => {
    const seen: unknown[] = [];
    const { world } = await startCounted((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ retry: attempt }) => {
        if (attempt === 0) throw new TemporaryError('not yet', { delay: 30 });
      });
      kopf.on.update('KopfExample', { id: 'changed', field: 'status' }, ({ new: fresh }) => void seen.push(fresh));
    }, stores);
    await world.create(example());
    await world.advance('60s');
    expect(seen).toEqual([]);
    await world.mergeStatus(A, { theirs: 1 });
    await world.advance('60s');
    expect(seen).toEqual([{ theirs: 1 }]);
  });

  it.each(['c1', 'c3'] as const)(
    '[A3, S8] repeats the handler, but loses no result, if it dies at %s of any of the writes',
    async (point) => {
      for (let nth = 0; nth < retry.length; nth += 1) {
        let calls = 0;
        const { world } = await startCounted((kopf) => {
          kopf.on.create('KopfExample', { id: 'made' }, ({ retry: attempt }) => {
            if (attempt === 0) throw new TemporaryError('not yet', { delay: 30 });
            return (calls += 1);
          });
        }, stores);
        let patches = 0;
        world.faults.add({ kind: 'kill', point }, { when: (call) => call.method === 'PATCH' && patches++ === nth });
        await world.create(example());
        await world.advance('60s');
        expect(world.running).toBe(false);
        await world.start();
        await world.advance('60s');
        const object = await world.get(A);
        expect(object?.['status']).toMatchObject({ made: calls });
        expect(calls).toBeGreaterThan(0);
        expect(JSON.stringify(object)).toContain('last-handled-configuration":"');
        expect(JSON.stringify(object)).not.toContain('"retries');
      }
    },
  );
});

describe('an operator that keeps its memory in the status', () => {
  it('[ST-29] says once that the schema of a kind drops it', async () => {
    const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const pruning = { type: 'object', properties: { made: { type: 'string' } } };
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 'x'), {
      kind: { group: 'kopf.dev', kind: 'KopfExample', schema: { type: 'object', properties: { spec: open, status: pruning } } },
      stores: () => [status()],
    });
    onTestFinished(() => world.close());
    await world.start();
    for (const name of ['a', 'b']) await world.create(example(name));
    await world.settle();
    for (const size of [1, 2, 3]) {
      await world.patch(A, { spec: { size } });
      await world.settle();
    }
    const said = world.factsOf('plugin').filter(({ name }) => name === 'status-lost');
    expect(said).toHaveLength(1);
    expect(said[0]?.data).toMatchObject({ level: 'warn', field: 'status.kopf.test.last-handled-configuration' });
  });
});
