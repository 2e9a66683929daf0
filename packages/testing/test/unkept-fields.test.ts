import { Buffer } from 'node:buffer';
import { createRegistry, defineConfig, type JsonObject } from '@kopfts/core';
import { kubernetes, type Transport } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, shape, storedEssence } from './world.js';

const schemaWith = (status: JsonObject) => ({
  group: 'kopf.dev',
  kind: 'KopfExample',
  schema: {
    type: 'object',
    properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, status: { type: 'object', ...status } },
  },
});
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'kopfexamples.kopf.dev', namespace: undefined },
};

const opaque = (bytes: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/"resourceVersion":"(\d+)"/g, '"resourceVersion":"v$1"'),
  );

async function* opaqueChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield opaque(chunk);
}

/** A wire to a server whose versions say nothing but whether they are equal. */
function opaqueWire(wire: Transport): Transport {
  const known = (path: string): string => path.replace(/resourceVersion=v(\d+)/, 'resourceVersion=$1');
  return {
    ...wire,
    send: async (request, signal) => {
      const reply = await wire.send({ ...request, path: known(request.path) }, signal);
      return { ...reply, body: opaque(reply.body) };
    },
    open: async (request, signal) => {
      const stream = await wire.open({ ...request, path: known(request.path) }, signal);
      return { ...stream, chunks: opaqueChunks(stream.chunks) };
    },
  };
}

describe('what the server does not keep', () => {
  it('[PA-30, RS-06] is told once per kind and field, and never written again', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true })), {
      kind: schemaWith({ properties: { known: { type: 'string' } } }),
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.advance('1h');
    expect(world.factsOf('fields-not-kept')).toMatchObject([{ endpoint: 'status', fields: [{ field: 'status.made', found: 'pruned' }] }]);
    expect((await world.get(A))?.['status']).toEqual({});
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    expect(world.writes().map(shape).sort()).toEqual(['main json', 'main json', 'status json', 'status json']);
    await world.close();
  });

  it('[PA-32] is found in each answer: functions and merged fields, main endpoint and status', async () => {
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
          patch.extra = { gone: 1 };
          patch.status.known = 'kept';
          patch.fns.push((body) => void (body.more = 1));
          return 1;
        });
      },
      { kind: schemaWith({ properties: { known: { type: 'string' } } }) },
    );
    await world.start();
    await world.create(example());
    await world.advance(10);
    expect(world.factsOf('fields-not-kept').map(({ endpoint, fields }) => [endpoint, fields.map(({ field }) => field)])).toEqual([
      ['status', ['status.made']],
      ['main', ['extra.gone', 'more']],
    ]);
    await world.close();
  });

  it('[PA-31] is nothing where the server drops empty annotations and labels', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', ({ patch }) => {
        patch.metadata.labels = {};
        patch.metadata.finalizers = [];
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    expect(world.factsOf('fields-not-kept')).toEqual([]);
    await world.close();
  });

  it('[Q-16] is not waited for: a change after a write without effect is handled at once, even where versions have no order', async () => {
    const updates: unknown[] = [];
    const world = await createHarness({
      crds: [customResourceDefinition(schemaWith({}))],
      config: ({ transport }) => {
        const kopf = createRegistry();
        kopf.timer('KopfExample', { id: 'tick', interval: 3 }, ({ patch }) => void (patch.status.pruned = 2));
        kopf.on.update('KopfExample', { id: 'upd' }, ({ spec }) => void updates.push(spec.n));
        return defineConfig({ name: 'test', handlers: [kopf], plugins: [kubernetes({ transport: opaqueWire(transport) }), annotations()] });
      },
    });
    await world.create(example('a', { spec: { n: 1 } }));
    await world.start();
    // The writes that do change something are waited for, there.
    await world.advance(10);
    const waits = world.factsOf('object-waiting').length;
    await world.patch(A, { spec: { n: 2 } });
    await world.settle();
    expect(updates).toEqual([2]);
    expect(world.factsOf('object-waiting').slice(waits)).toEqual([]);
    await world.close();
  });

  it('[Q-17] costs no change, though an event handler asks for the same in vain at each event', async () => {
    const updates: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.event('KopfExample', { id: 'ev' }, ({ patch }) => void (patch.status.pruned = 1));
        kopf.on.update('KopfExample', { id: 'upd' }, ({ spec }) => void updates.push(spec.n));
      },
      { kind: schemaWith({}) },
    );
    await world.start();
    await world.create(example('a', { spec: { n: 1 } }));
    await world.settle();
    for (const n of [2, 3]) {
      await world.patch(A, { spec: { n } });
      await world.settle();
    }
    expect(updates).toEqual([2, 3]);
    expect(world.factsOf('object-waiting')).toEqual([]);
    await world.close();
  });

  it('[PA-25] does not delay a retry: it waits in memory, whatever was written', async () => {
    const tries: number[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made', backoff: 30 }, ({ patch, retry }) => {
          tries.push(retry);
          patch.status.pruned = 1;
          if (retry === 0) throw new Error('once more');
        });
      },
      { kind: schemaWith({}) },
    );
    await world.start();
    await world.create(example());
    await world.advance(29);
    expect(tries).toEqual([0]);
    await world.advance(2);
    expect(tries).toEqual([0, 1]);
    await world.close();
  });
});

describe('a kind whose status subresource comes or goes while a handler runs', () => {
  const subresources = (value: JsonObject | null) => ({
    spec: {
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          ...(value === null ? {} : { subresources: value }),
        },
      ],
    },
  });

  const WAYS = [
    { what: 'loses it', before: true, after: null },
    { what: 'gets it', before: false, after: { status: {} } },
  ];
  const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

  it.each(WAYS.flatMap((way) => SEEDS.map((seed) => ({ ...way, seed }))))(
    'keeps the results of handlers when it $what, without calling them again (seed $seed)',
    async ({ before, after, seed }) => {
      let calls = 0;
      const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ call: (calls += 1) })), {
        seed,
        kind: { group: 'kopf.dev', kind: 'KopfExample', status: before },
      });
      await world.start();
      const act = async (): Promise<void> => {
        await world.patch(CRD, subresources(after));
      };
      world.faults.add({ kind: 'meanwhile', when: 'before', act }, { when: (call) => call.method === 'PATCH' });
      await world.create(example());
      await world.advance('10m');
      const object = await world.get(A);
      expect(calls).toBe(1);
      expect(object?.['status']).toEqual({ made: { call: calls } });
      expect(storedEssence(object)).toEqual({ spec: {} });
      // From then on, each at the right place.
      await world.create(example('b'));
      await world.advance(10);
      expect((await world.get({ ...A, metadata: { ...A.metadata, name: 'b' } }))?.['status']).toEqual({ made: { call: calls } });
      expect(
        world
          .writes()
          .map(shape)
          .slice(after === null ? -1 : -2),
      ).toEqual(after === null ? ['main json'] : ['status json', 'main json']);
      await world.close();
    },
  );

  it('believes no single answer: results reach the status before the essence is stored, and nothing counts as pruned', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ call: (calls += 1) })));
    await world.start();
    world.faults.add({ kind: 'status', code: 404, body: 'not found' }, { when: (call) => call.path.includes('/status?') });
    await world.create(example());
    await world.advance(60);
    expect((await world.get(A))?.['status']).toEqual({ made: { call: 1 } });
    expect(world.writes().map(shape).slice(-2)).toEqual(['status json', 'main json']);
    expect(world.factsOf('fields-not-kept')).toEqual([]);
    await world.close();
  });

  it('tells a pruned status from one that has its own endpoint by asking once per kind', async () => {
    const kind = { ...schemaWith({}), status: false };
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => 1), { kind });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.advance(60);
    expect(world.factsOf('fields-not-kept')).toMatchObject([{ fields: [{ field: 'status.made', found: 'pruned' }] }]);
    expect(world.calls.filter((call) => shape(call).startsWith('status') && call.method === 'PATCH')).toHaveLength(1);
    await world.close();
  });
});
