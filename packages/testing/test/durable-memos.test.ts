// Memos that outlive the operator.
import { createRegistry, defineConfig, type Plugin, type Registry } from '@kopfts/core';
import { createMemoryStores, type MemoryStores } from '@kopfts/core/contracts';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarness, customResourceDefinition, type Harness } from '../src/index.js';
import { example, identity } from './seed-example.js';

/** All in memory that outlives the operator, or only the memos, with the rest on the objects. */
type Where = 'everything' | 'memos only';

const keeping = (stores: MemoryStores, where: Where): readonly Plugin[] => [
  ...(where === 'memos only' ? [annotations()] : []),
  {
    name: 'memory',
    setup: (host) => {
      host.contribute('memoStore', { open: () => stores.memo });
      if (where === 'memos only') return;
      host.contribute('progressStore', { open: () => stores.progress });
      host.contribute('diffBaseStore', { open: () => stores.diffBase });
    },
  },
];

interface Made {
  readonly world: Harness;
  readonly stores: MemoryStores;
  readonly stored: () => Promise<unknown>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- memos of tests are whatever they put in
async function makeWorld(declare: (kopf: Registry<any>) => void, where: Where = 'everything'): Promise<Made> {
  const stores = createMemoryStores();
  const world = await createHarness({
    seed: 1,
    crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
    config: ({ transport }) => {
      const kopf = createRegistry();
      declare(kopf);
      return defineConfig({ name: 'hello', handlers: [kopf], plugins: [kubernetes({ transport }), ...keeping(stores, where)] });
    },
  });
  onTestFinished(() => world.close());
  await world.start();
  const stored = async (): Promise<unknown> => {
    const body = await world.get(identity);
    if (body === undefined) return undefined;
    const ref = { resource: {} as never, namespace: 'default', name: body.metadata.name, uid: body.metadata.uid };
    return (await stores.memo.load([{ ref, body }], new AbortController().signal))[0]?.memo;
  };
  return { world, stores, stored };
}

describe.each<Where>(['everything', 'memos only'])('a memo that is stored, with %s outside of the objects', (where) => {
  it('outlives the operator: handlers of the next life find what those of the last left', async () => {
    const found: unknown[] = [];
    const { world, stored } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', ({ memo }) => void (memo.seen = { times: 1 }));
      kopf.on.update('KopfExample', ({ memo }) => {
        found.push(structuredClone(memo));
        memo.seen = { times: Number(memo.seen.times) + 1 };
      });
    }, where);
    await world.create(example);
    await world.advance('1m');
    expect(await stored()).toEqual({ seen: { times: 1 } });
    world.kill();
    await world.start();
    await world.patch(identity, { spec: { name: 'other' } });
    await world.advance('1m');
    expect(found).toEqual([{ seen: { times: 1 } }]);
    expect(await stored()).toEqual({ seen: { times: 2 } });
  });

  it('is stored after handlers of events, and of timers, too', async () => {
    const { world, stored } = await makeWorld((kopf) => {
      kopf.on.event('KopfExample', ({ memo, spec }) => void (memo.name = spec.name));
      kopf.timer('KopfExample', { interval: 10 }, ({ memo }) => void (memo.ticks = Number(memo.ticks ?? 0) + 1));
    }, where);
    await world.create(example);
    await world.advance('25s');
    expect(await stored()).toEqual({ name: 'cluster', ticks: 3 });
    await world.restart();
    await world.advance('5s');
    expect(await stored()).toEqual({ name: 'cluster', ticks: 4 });
  });
});

describe('a memo that is stored', () => {
  it('is read before filters and indexes can see it', async () => {
    const ran: string[] = [];
    const { world } = await makeWorld((kopf) => {
      const known = kopf.index('KopfExample', ({ memo }) => ({ [String(memo.handled)]: true }));
      kopf.on.create('KopfExample', ({ memo }) => void (memo.handled = 'before'));
      kopf.on.update('KopfExample', { when: ({ memo }) => memo.handled === 'before' }, ({ index }) => {
        ran.push(...index(known).keys().map(String));
      });
    });
    await world.create(example);
    await world.advance('1m');
    await world.restart();
    await world.patch(identity, { spec: { name: 'other' } });
    await world.advance('1m');
    expect(ran).toEqual(['before']);
  });

  it('[M-03] holds nothing of what it shares with that of the operator', async () => {
    const { world, stored } = await makeWorld((kopf) => {
      kopf.on.startup(({ memo }) => void (memo.connection = { send: () => undefined }));
      kopf.on.create('KopfExample', ({ memo }) => void (memo.own = Object.keys(memo as object)));
    });
    await world.create(example);
    await world.advance('1m');
    expect(await stored()).toEqual({ own: ['connection'] });
  });

  it('[M-05] begins anew with an object of the same name', async () => {
    const { world, stored } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', ({ memo }) => void (memo.count = Number(memo.count ?? 0) + 1));
    });
    for (let times = 0; times < 2; times += 1) {
      await world.create(example);
      await world.advance('1m');
      expect(await stored()).toEqual({ count: 1 });
      await world.delete(identity);
      await world.advance('1m');
    }
  });

  it('is told of once if it is no JSON, costs no handler its record, and is stored as soon as it is', async () => {
    const ran: string[] = [];
    const { world, stored } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', ({ memo }) => {
        ran.push('create');
        memo.since = new Date(0);
      });
      kopf.on.update('KopfExample', ({ memo, spec }) => {
        ran.push(String(spec.name));
        if (spec.name === 'mended') memo.since = 'long ago';
      });
    });
    await world.create(example);
    await world.advance('1m');
    for (const name of ['same', 'mended']) {
      await world.patch(identity, { spec: { name } });
      await world.advance('1m');
    }
    expect(ran).toEqual(['create', 'same', 'mended']);
    const told = world.facts.flatMap((fact) => (fact.kind === 'object-failed' ? [fact.error] : []));
    expect(told).toEqual([
      expect.objectContaining({ code: 'KOPF_NOT_JSON', message: expect.stringContaining('since is a Date') as string }),
    ]);
    expect(await stored()).toEqual({ since: 'long ago' });
  });

  it('[K8] that another operator wrote meanwhile is not overwritten, but taken over, and told of', async () => {
    const { world, stores, stored } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', ({ memo }) => void (memo.from = 'us'));
      kopf.on.update('KopfExample', ({ memo, spec }) => void (memo[spec.name] = memo.from));
    });
    await world.create(example);
    await world.advance('1m');
    const body = await world.get(identity);
    const object = { ref: { resource: {} as never, namespace: 'default', name: 'a', uid: body?.metadata.uid ?? '' }, body: body as never };
    const [seen] = await stores.memo.load([object], new AbortController().signal);
    if (seen === undefined) throw new Error('nothing was stored');
    await stores.memo.commit(stores.memo.plan({ object, memo: { from: 'them' } }, seen), new AbortController().signal);
    await world.patch(identity, { spec: { name: 'other' } });
    await world.advance('1m');
    expect(await stored()).toEqual({ from: 'them', other: 'them' });
    const warnings = world.facts.filter((fact) => fact.kind === 'logged' && fact.level === 'warn');
    expect(warnings).toHaveLength(1);
  });
});
