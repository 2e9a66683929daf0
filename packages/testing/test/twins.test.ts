// Two operators of one name at the same objects, by mistake: each has read what the other one is about to write.
import { createRegistry, defineConfig, TemporaryError, type ChangeArgs, type OperatorConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSimulation, customResourceDefinition, type Simulation } from '../src/index.js';
import { A, example, KIND, LHC } from './world.js';

type Stores = () => NonNullable<OperatorConfig['plugins']>;

const PLACES: readonly { readonly where: string; readonly objects: number; readonly stores: Stores }[] = [
  { where: 'annotations', objects: 40, stores: () => [annotations()] },
  { where: 'the status', objects: 40, stores: () => [status()] },
  {
    where: 'the status for progress, annotations for the diff base',
    objects: 10,
    stores: () => [status({ keeps: ['progress'] }), annotations({ keeps: ['diffBase'] })],
  },
];
const CHANGES = 3;

interface Notes {
  /** Which size counts as handled; 0: none. */
  readonly size: number;
  readonly records: Readonly<Record<string, { readonly started: string; readonly retries: number; readonly success: boolean }>>;
}

/** What is kept on an object, wherever it is. */
function notesOn(body: Readonly<Record<string, unknown>> | undefined): Notes {
  const { annotations: all = {} } = (body?.['metadata'] ?? {}) as { annotations?: Record<string, string> };
  const kept = ((body?.['status'] ?? {}) as Record<string, Record<string, Record<string, never> & string>>)['kopf']?.['test'] as
    { progress?: Notes['records']; 'last-handled-configuration'?: string } | undefined;
  const text = all[LHC] ?? kept?.['last-handled-configuration'];
  const texts = Object.entries(all).filter(([key]) => key.endsWith('/made') || key.endsWith('/changed'));
  return {
    size: text === undefined ? 0 : (JSON.parse(text) as { spec: { size: number } }).spec.size,
    records: {
      ...kept?.progress,
      ...Object.fromEntries(texts.map(([key, record]) => [key, JSON.parse(record) as Notes['records'][string]])),
    },
  };
}

interface Twins {
  readonly world: Simulation;
  /** What was written by whom, object by object, in order. */
  readonly writes: () => readonly { readonly name: string; readonly before: Notes; readonly after: Notes }[];
  readonly calls: string[];
}

async function startTwins(
  stores: Stores,
  { seed, workMs }: { readonly seed: number; readonly workMs: (which: number, name: string) => number },
): Promise<Twins> {
  const calls: string[] = [];
  const configOf =
    (which: number) =>
    ({ transport }: { readonly transport: never }): OperatorConfig => {
      const kopf = createRegistry();
      const work =
        (id: string) =>
        async ({ spec, name, retry, patch, signal }: Pick<ChangeArgs, 'spec' | 'name' | 'retry' | 'patch' | 'signal'>): Promise<void> => {
          const size = spec.size as number;
          calls.push(`${String(which)} ${id} ${name} ${String(size)} ${String(retry)}`);
          await world.clock.sleep(workMs(which, name), signal);
          if (retry === 0 && size % 2 === which) throw new TemporaryError('not at once', { delay: 0.2 });
          patch.status[`by-${String(which)}`] = size;
        };
      kopf.on.create('KopfExample', { id: 'made' }, work('made'));
      kopf.on.update('KopfExample', { id: 'changed' }, work('changed'));
      const settings = { persistence: { flushAfter: 0.3 } };
      return defineConfig({ name: 'test', handlers: [kopf], settings, plugins: [kubernetes({ transport }), ...stores()] });
    };
  const world = await createSimulation({
    seed,
    crds: [customResourceDefinition(KIND)],
    operators: { one: configOf(0) as never, two: configOf(1) as never },
  });
  onTestFinished(() => world.close());
  await Promise.all(['one', 'two'].map((name) => world.operator(name).start()));
  const writes: Twins['writes'] = () =>
    world.history.flatMap((entry) =>
      entry.kind === 'commit' && entry.call !== undefined
        ? [{ name: entry.name, before: notesOn(entry.before), after: notesOn(entry.after) }]
        : [],
    );
  return { world, writes, calls };
}

describe.each(PLACES)('two operators of one name with their memory in $where', ({ objects, stores }) => {
  it('[K8] each in its own time, at many objects all the time, take nothing newer from each other', async () => {
    const random = { at: 1 };
    const next = (): number => (random.at = (random.at * 16_807) % 2_147_483_647) / 2_147_483_647;
    const { world, writes } = await startTwins(stores, { seed: 1, workMs: (which) => Math.floor(next() * (which === 0 ? 150 : 900)) });
    const names = Array.from({ length: objects }, (_, index) => `shared-${String(index)}`);
    for (const name of names) await world.create(example(name, { spec: { size: 1 } }));
    for (let size = 2; size <= CHANGES; size += 1) {
      await world.advance(0.7);
      for (const name of names) await world.patch({ ...A, metadata: { name, namespace: 'default' } }, { spec: { size } });
    }
    await world.advance('3m');
    for (const { name, before, after } of writes()) {
      expect(after.size, name).toBeGreaterThanOrEqual(before.size);
      for (const [id, old] of Object.entries(before.records)) {
        const fresh = after.records[id];
        // Either it goes on from what was there, or all is done.
        if (fresh === undefined) continue;
        expect([fresh.started, fresh.retries >= old.retries, !old.success || fresh.success], `${name} ${id}`).toEqual([
          old.started,
          true,
          true,
        ]);
      }
    }
    for (const name of names)
      expect(notesOn(await world.get({ ...A, metadata: { name, namespace: 'default' } }))).toEqual({ size: CHANGES, records: {} });
    const told = world.factsOf('notes-contested').filter(({ how }) => how === 'overtaken');
    expect(told[0]).toMatchObject({ times: 1, news: 'kind' });
    // Each of the two says so to people once.
    expect(told.filter(({ news }) => news !== 'none').length).toBeLessThanOrEqual(2);
  });

  it('[K8] are told so when the slower one is overtaken for the first time, which calls nobody whose end is recorded', async () => {
    const { world, writes, calls } = await startTwins(stores, { seed: 1, workMs: (which) => (which === 0 ? 50 : 100) });
    await world.create(example('a', { spec: { size: 3 } }));
    await world.advance(1);
    expect(writes().filter(({ before, after }) => before.size !== after.size)).toHaveLength(1);
    expect(world.factsOf('notes-contested')).toMatchObject([{ how: 'overtaken', times: 1, news: 'kind' }]);
    const events = await world.list({ apiVersion: 'v1', kind: 'Event' });
    expect(events).toMatchObject([
      { reason: 'NotesContested', message: expect.stringContaining('another operator of this name') as string },
    ]);
    const expected = ['0 made a 3 0', '1 made a 3 0'];
    expect(calls.toSorted()).toEqual(expected);
    await world.advance('10m');
    expect(calls.toSorted()).toEqual(expected);
    expect(world.factsOf('notes-contested')).toHaveLength(1);
  });
});
