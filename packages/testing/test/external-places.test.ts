// Stores outside the cluster that can be away, lose what they had, and share a place (decision 21).
import {
  createRegistry,
  defineConfig,
  forKinds,
  KopfError,
  TemporaryError,
  type DiffBaseStore,
  type Essence,
  type ExternalPlace,
  type Plugin,
  type Registry,
} from '@kopfts/core';
import { createMemoryStores } from '@kopfts/core/contracts';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarness, customResourceDefinition, type Harness } from '../src/index.js';
import { example, identity } from './seed-example.js';

/** What somebody else has written there. */
interface Newest {
  readonly version: string;
  readonly essence: Essence;
}

/** A place in memory that a test can take away. */
function createPlace() {
  const memory = createMemoryStores();
  const back = new Set<() => void>();
  /** `isMute`: what it does is done, and nobody hears of it. */
  const state = {
    isAway: false,
    isMute: false,
    lost: false,
    commits: [] as number[],
    newest: undefined as Newest | undefined,
    listed: [] as string[][],
  };
  const away = () => new KopfError('KOPF_STORE_AWAY', 'It is away.');
  const check = (): void => {
    if (state.isAway) throw away();
  };
  const place: ExternalPlace = {
    async commit(writes, signal) {
      check();
      state.commits.push(writes.length);
      const answer = state.isMute
        ? new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
        : undefined;
      for (const write of writes) {
        const isRecords = 'store' in (write.payload as object);
        if ((await (isRecords ? memory.progress : memory.diffBase).commit?.(write, signal)) === 'newer-exists') return 'newer-exists';
      }
      await answer;
      return 'done';
    },
    reachable: (signal) =>
      new Promise((resolve, reject) => {
        if (!state.isAway) return resolve();
        back.add(resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    away: () => (state.isAway ? away() : undefined),
    listed: (uids) => void state.listed.push([...uids]),
  };
  const asking = async <T>(answer: T | Promise<T>): Promise<T> => {
    check();
    return answer;
  };
  const diffBase: DiffBaseStore = {
    ...memory.diffBase,
    place,
    load: async (objects, signal) => {
      const loaded = await asking(memory.diffBase.load(objects, signal));
      if (state.newest !== undefined) {
        const { version, essence } = state.newest;
        return loaded.map((one) => ({ ...one, essence, objectVersion: version }));
      }
      return state.lost ? loaded.map((one) => ({ ...one, essence: undefined, lost: { judge: () => 'adopt' } })) : loaded;
    },
    plan: (change, seen) => {
      state.lost = false;
      state.newest = undefined;
      return memory.diffBase.plan(change, seen);
    },
    commit: (write, signal) => place.commit([write], signal),
  };
  const plugin: Plugin = {
    name: 'place',
    setup: (host) => {
      host.contribute('progressStore', {
        open: () => ({
          ...memory.progress,
          place,
          load: (queries, signal) => asking(memory.progress.load(queries, signal)),
          commit: (write, signal) => place.commit([write], signal),
        }),
      });
      host.contribute('diffBaseStore', { open: () => diffBase });
    },
  };
  return {
    plugin,
    state,
    return() {
      state.isAway = false;
      for (const wake of back) wake();
    },
  };
}

/** Handlers that say what they were called for. */
function telling(ran: string[]): (kopf: Registry) => void {
  return (kopf) => {
    kopf.on.create('KopfExample', () => void ran.push('create'));
    kopf.on.update('KopfExample', ({ old, new: fresh }) => void ran.push(`${String(old.spec.name)} to ${String(fresh.spec.name)}`));
  };
}

async function makeWorld(
  declare: (kopf: Registry, place: ReturnType<typeof createPlace>) => void,
  asPlugins: (place: Plugin) => readonly Plugin[] = (place) => [place],
): Promise<{
  readonly world: Harness;
  readonly place: ReturnType<typeof createPlace>;
  readonly waits: () => number;
}> {
  const place = createPlace();
  const kopf = createRegistry();
  declare(kopf, place);
  const world = await createHarness({
    seed: 1,
    crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
    config: ({ transport }) =>
      defineConfig({ name: 'hello', handlers: [kopf], plugins: [kubernetes({ transport }), ...asPlugins(place.plugin)] }),
  });
  onTestFinished(() => world.close());
  await world.start();
  return { world, place, waits: () => world.facts.filter((fact) => fact.kind === 'object-waiting' && fact.why === 'store').length };
}

describe('a store outside the cluster', () => {
  it('[K1, L4] that is away is waited for: nothing runs, the object says why, and it goes on at once', async () => {
    const ran: string[] = [];
    const { world, place, waits } = await makeWorld((kopf) => void kopf.on.create('KopfExample', () => void ran.push('create')));
    place.state.isAway = true;
    await world.create(example);
    await world.advance('10m');
    expect(ran).toEqual([]);
    expect(waits()).toBeGreaterThan(0);
    // It is told when the store is back, and tries on its own twice a minute at most.
    expect(waits()).toBeLessThanOrEqual(21);
    expect(world.facts.filter(({ kind }) => kind === 'object-failed')).toEqual([]);
    place.return();
    await world.advance('1s');
    expect(ran).toEqual(['create']);
  });

  it('[K2] that goes away in the middle of a pass gets its record later, and no handler runs again for it', async () => {
    const ran: string[] = [];
    const { world, place, waits } = await makeWorld((kopf, of) => {
      kopf.on.create('KopfExample', ({ patch }) => {
        ran.push('create');
        patch.status.made = true;
        of.state.isAway = true;
      });
    });
    await world.create(example);
    await world.advance('10m');
    expect(waits()).toBeGreaterThan(0);
    expect((await world.get(identity))?.status).toEqual({ made: true });
    place.return();
    await world.advance('1m');
    await world.restart();
    await world.advance('1m');
    expect(ran).toEqual(['create']);
  });

  it('[K3] learns what there is when all is listed that is watched since the start, once in a life, and not while a list is refused', async () => {
    const { world, place } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', () => undefined);
      kopf.on.event('namespaces', () => undefined);
    });
    expect(place.state.listed).toHaveLength(1);
    await world.create(example);
    await world.advance('1m');
    expect(place.state.listed).toHaveLength(1);
    const { uid = '' } = (await world.get(identity))?.metadata ?? {};
    await world.restart();
    await world.advance('1m');
    expect(place.state.listed).toHaveLength(2);
    expect(place.state.listed[1]).toEqual([...(place.state.listed[0] ?? []), uid]);
    expect(place.state.listed[0]?.length).toBeGreaterThan(0);
    let isRefused = true;
    world.faults.add(
      { kind: 'status', code: 403 },
      { when: ({ path }) => isRefused && path.startsWith('/api/v1/namespaces?'), times: 1000 },
    );
    await world.restart();
    await world.advance('1m');
    expect(place.state.listed).toHaveLength(2);
    isRefused = false;
    await world.advance('10m');
    expect(place.state.listed).toHaveLength(3);
  });

  it('learns of objects of the kinds only that it keeps something of', async () => {
    const { world, place } = await makeWorld(
      (kopf) => {
        kopf.on.create('KopfExample', () => undefined);
        kopf.on.create('namespaces', () => undefined);
      },
      (plugin) => [annotations(), forKinds('KopfExample', plugin)],
    );
    await world.create(example);
    await world.restart();
    await world.advance('1m');
    expect(place.state.listed).toEqual([[], [(await world.get(identity))?.metadata.uid]]);
  });

  it('gets all of a pass as one', async () => {
    const { world, place } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', ({ retry }) => {
        if (retry === 0) throw new TemporaryError('not yet', { delay: 5 });
      });
    });
    await world.create(example);
    await world.advance('1m');
    expect(place.state.commits).toEqual([1, 2]);
  });

  it('knows its own writes of a pass that takes long, and is not taken for somebody else', async () => {
    const ran: string[] = [];
    const { world } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', async () => {
        ran.push('create');
        await world.clock.sleep(5000, new AbortController().signal);
      });
    });
    await world.create(example);
    await world.advance('1m');
    expect(ran).toEqual(['create']);
  });

  it('[K3] that lost a record makes nothing new of the object: it counts as handled as it is, and the next change is an update', async () => {
    const ran: string[] = [];
    const { world, place } = await makeWorld(telling(ran));
    await world.create(example);
    await world.advance('1m');
    place.state.lost = true;
    await world.patch(identity, { spec: { name: 'meanwhile' } });
    await world.advance('1m');
    expect(ran).toEqual(['create']);
    expect(world.facts.filter(({ kind }) => kind === 'diff-base-adopted')).toHaveLength(1);
    await world.patch(identity, { spec: { name: 'after' } });
    await world.advance('1m');
    expect(ran).toEqual(['create', 'meanwhile to after']);
  });

  it('[K2, K3] that lost a record: who dies before the answer to what is adopted has said so', async () => {
    const ran: string[] = [];
    const { world, place } = await makeWorld(telling(ran));
    await world.create(example);
    await world.advance('1m');
    const adopted = (): number => world.facts.filter(({ kind }) => kind === 'diff-base-adopted').length;
    place.state.lost = true;
    place.state.isMute = true;
    await world.patch(identity, { spec: { name: 'meanwhile' } });
    await world.advance('1m');
    world.kill();
    await world.settle();
    expect(adopted()).toBe(1);
    place.state.isMute = false;
    await world.start();
    await world.advance('1m');
    expect(ran).toEqual(['create']);
    expect(adopted()).toBe(1);
  });

  it('[K3, S5] that lost a record skips no handler of a deletion', async () => {
    const ran: string[] = [];
    const { world, place } = await makeWorld((kopf) => {
      kopf.on.create('KopfExample', () => void ran.push('create'));
      kopf.on.delete('KopfExample', () => void ran.push('delete'));
    });
    await world.create(example);
    await world.advance('1m');
    place.state.lost = true;
    await world.delete(identity);
    await world.advance('1m');
    expect(ran).toEqual(['create', 'delete']);
    expect(await world.get(identity)).toBeUndefined();
  });

  it('[K5] that knows of a newer state of the object than the watch is not told a change backwards: that state is waited for, not for ever', async () => {
    const ran: string[] = [];
    const { world, place } = await makeWorld(telling(ran));
    await world.create(example);
    await world.advance('1m');
    // As another operator of this name, who has seen more, has left it.
    place.state.newest = { version: '1000000', essence: { spec: { name: 'newer' } } };
    await world.patch(identity, { spec: { name: 'older' } });
    await world.advance('4s');
    expect(ran).toEqual(['create']);
    expect(world.facts.some((fact) => fact.kind === 'object-waiting' && fact.why === 'consistency')).toBe(true);
    await world.patch(identity, { spec: { name: 'newer' } });
    await world.advance('1m');
    expect(ran).toEqual(['create']);
    // Nobody brings it: versions fall when a backup is restored.
    place.state.newest = { version: '2000000', essence: { spec: { name: 'newer' } } };
    await world.patch(identity, { spec: { name: 'last' } });
    await world.advance('4s');
    expect(ran).toEqual(['create']);
    await world.advance('4s');
    expect(ran).toEqual(['create', 'newer to last']);
  });
});
