import { Buffer } from 'node:buffer';
import { createRegistry, defineConfig, type Registry } from '@kopfts/core';
import { kubernetes, type Transport } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition, type Harness } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, example, KIND, LHC, shape } from './world.js';

const BIG = '9007199254740993';
const FINE = '1.00000000000000001';
/** The server of these worlds rounds, too: it keeps such numbers as text, and the wire has them as numbers. */
const kept = (digits: string): string => `@${digits}@`;

async function* withNumbers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield numbersIn(chunk);
}

function numbersIn(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('utf8').replace(/"@([\d.]+)@"/g, '$1'));
}

/** A wire on which the numbers that the server keeps as text are numbers. Not those in annotations, whose quotes are escaped. */
function losslessWire(wire: Transport): Transport {
  return {
    ...wire,
    send: async (request, signal) => {
      const body = request.body?.replace(/(?<!\\)":(9007199254740\d{3}|1\.0{16}1)(?=[,}\]])/g, '":"@$1@"');
      const reply = await wire.send({ ...request, body }, signal);
      return { ...reply, body: numbersIn(reply.body) };
    },
    open: async (request, signal) => {
      const stream = await wire.open(request, signal);
      return { ...stream, chunks: withNumbers(stream.chunks) };
    },
  };
}

function createWorld(declare: (kopf: Registry) => void, name: string | undefined = 'test'): Promise<Harness> {
  return createHarness({
    crds: [customResourceDefinition(KIND)],
    config: ({ transport }) => {
      const kopf = createRegistry();
      declare(kopf);
      return defineConfig({
        ...(name === '' ? {} : { name }),
        handlers: [kopf],
        plugins: [kubernetes({ transport: losslessWire(transport) }), annotations()],
      });
    },
  });
}

describe('numbers that JavaScript would round', () => {
  it('are real numbers to handlers, and the rounding is told once per field', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'ev' }, ({ spec, body, event }) => void seen.push(spec.n, body.spec.fine, event.object['spec']));
      kopf.on.create('KopfExample', { id: 'made' }, ({ spec, new: fresh, diff }) => {
        seen.push(typeof spec.list[0].n, fresh.spec.n, diff.length);
      });
    });
    await world.create(example('a', { spec: { n: kept(BIG), fine: kept(FINE), list: [{ n: kept(BIG) }] } }));
    await world.start();
    await world.settle();
    const spec = { n: 9007199254740992, fine: 1, list: [{ n: 9007199254740992 }] };
    expect(seen.slice(0, 6)).toEqual([spec.n, 1, spec, 'number', spec.n, 1]);
    await world.patch(A, { spec: { other: 1 } });
    await world.settle();
    expect(world.factsOf('numbers-rounded')).toMatchObject([{ fields: ['spec.n', 'spec.fine', 'spec.list[].n'] }]);
    await world.close();
  });

  it.each([{ name: 'test' }, { name: '' }])('[ST-46] keep their digits in the essence, with or without a name of our own', async ({ name }) => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), name);
    await world.start();
    await world.create(example('a', { spec: { n: kept(BIG), fine: kept(FINE) } }));
    await world.settle();
    const stored = (await world.get(A))?.metadata.annotations ?? {};
    const key = name === '' ? 'kopf.zalando.org/last-handled-configuration' : LHC;
    expect(stored[key]).toBe(`{"spec":{"n":${BIG},"fine":${FINE}}}\n`);
    await world.close();
  });

  it('[ST-46] are no change to an operator that takes over what Kopf stored', async () => {
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void calls.push('create'));
      kopf.on.update('KopfExample', { id: 'changed' }, () => void calls.push('update'));
    }, '');
    const stored = { 'kopf.zalando.org/last-handled-configuration': `{"spec": {"n": ${BIG}, "fine": 1.0}}\n` };
    await world.create(example('a', { spec: { n: kept(BIG), fine: kept(FINE) }, metadata: { annotations: stored } }));
    await world.start();
    await world.advance('10m');
    expect(calls).toEqual([]);
    await world.patch(A, { spec: { n: kept('9007199254740992') } });
    await world.settle();
    expect(calls).toEqual(['update']);
    await world.close();
  });

  it('are found changed by one', async () => {
    const diffs: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'changed', field: 'spec.n' }, ({ old, new: fresh, diff }) => void diffs.push(old, fresh, diff));
    });
    await world.start();
    await world.create(example('a', { spec: { n: kept(BIG) } }));
    await world.settle();
    await world.patch(A, { spec: { n: kept('9007199254740992') } });
    await world.settle();
    expect(diffs).toEqual([9007199254740992, 9007199254740992, [{ op: 'change', field: [], old: 9007199254740992, new: 9007199254740992 }]]);
    expect((await world.get(A))?.metadata.annotations?.[LHC]).toContain('"n":9007199254740992}');
    await world.close();
  });

  it('are left alone by patches of other fields, by functions, and by whoever hands them back as they were seen', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ spec, patch }) => {
        patch.spec = { ...spec, other: 1 };
        patch.status.copy = { other: spec.other };
        patch.fns.push((body) => {
          if (!body.spec.list[0].first) body.spec.list.unshift({ first: true });
          body.spec.list.at(-1).seen = true;
        });
        return { ok: true };
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: kept(BIG), fine: kept(FINE), list: [{ n: kept(BIG) }] } }));
    await world.advance(60);
    expect(await world.get(A)).toMatchObject({
      spec: { n: kept(BIG), fine: kept(FINE), other: 1, list: [{ first: true }, { n: kept(BIG), seen: true }] },
      status: { made: { ok: true } },
    });
    expect(world.writes().map(shape)).toEqual(['status json', 'main json']);
    expect(world.factsOf('fields-not-kept')).toEqual([]);
    await world.close();
  });

  it('meet filters as users see them', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      const value = (found: unknown): boolean => (seen.push(found), true);
      kopf.on.create('KopfExample', { id: 'called', field: 'spec.n', value }, ({ name }) => void seen.push(name));
      kopf.on.create('KopfExample', { id: 'equal', field: 'spec.n', value: Number(BIG) }, ({ name }) => void seen.push(name));
    });
    await world.start();
    await world.create(example('a', { spec: { n: kept(BIG) } }));
    await world.settle();
    expect(new Set(seen)).toEqual(new Set([9007199254740992, 'a']));
    expect(seen.filter((entry) => entry === 'a')).toHaveLength(2);
    await world.close();
  });

  it('can be written exactly, as bigints', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void (patch.spec.n = 9007199254740995n));
    });
    await world.start();
    await world.create(example('a', { spec: { n: kept(BIG) } }));
    await world.settle();
    expect((await world.get(A))?.['spec']).toEqual({ n: kept('9007199254740995') });
    await world.close();
  });
});
