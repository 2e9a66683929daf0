// Handlers are exchanged while the operator runs, as `kopf dev` does at each save: what is the same goes on, the rest is as after a restart.
import { createRegistry, defineConfig, PermanentError, TemporaryError, type Registry } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarness, customResourceDefinition, type Harness, type NewObject, type OperatorParts } from '../src/index.js';
import { A, example, FINALIZER, KIND, progressOf, storedEssence } from './world.js';

const OTHER = { group: 'kopf.dev', kind: 'Other' };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- memos of tests are whatever they put in
type Declare = (kopf: Registry<any>) => void;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- memos of tests are whatever they put in
function registryWith(declare: Declare): Registry<any> {
  const kopf = createRegistry();
  declare(kopf);
  return kopf;
}

interface Start {
  readonly objects?: readonly NewObject[];
  readonly settings?: object;
}

/** An operator that runs these registries. */
async function started(handlers: readonly Registry[], { objects = [], settings = {} }: Start = {}): Promise<Harness> {
  const world = await createHarness({
    replaceable: true,
    crds: [customResourceDefinition(KIND), customResourceDefinition(OTHER)],
    objects,
    config: ({ transport }) => defineConfig({ name: 'test', handlers, settings, plugins: [kubernetes({ transport }), annotations()] }),
  });
  onTestFinished(() => world.close());
  await world.start();
  await world.settle();
  return world;
}

/** How often a kind was listed. */
function listsOf(world: Harness, plural: string): number {
  const lists = world.calls.filter(({ method, path }) => method === 'GET' && path.includes(`/${plural}`));
  return lists.filter(({ path }) => !path.includes('watch=') || path.includes('sendInitialEvents=')).length;
}

describe('handlers that take the place of others', () => {
  it('are called for what happens next, with the memo of before, and nothing is listed or written for it', async () => {
    const seen: string[] = [];
    const greet =
      (word: string): Declare =>
      (kopf) =>
        void kopf.on.update('KopfExample', { id: 'greet' }, ({ name, memo }) => {
          seen.push(`${word} ${name} ${String((memo.count = Number(memo.count ?? 0) + 1))}`);
        });
    const world = await started([registryWith(greet('Hello'))], { objects: [example()] });
    await world.patch(A, { spec: { x: 1 } });
    await world.settle();
    const [lists, writes] = [listsOf(world, 'kopfexamples'), world.writes().length];
    await world.replaceHandlers([registryWith(greet('Goodbye'))]);
    await world.settle();
    expect([listsOf(world, 'kopfexamples'), world.writes().length]).toEqual([lists, writes]);
    expect(lists).toBeGreaterThan(0);
    await world.patch(A, { spec: { x: 2 } });
    await world.settle();
    expect(seen).toEqual(['Hello a 1', 'Goodbye a 2']);
    expect(world.factsOf('watch-synced')).toHaveLength(1);
  });

  it('are named as those of the kind from then on, for whoever counts what they do', async () => {
    const made = (id: string) => registryWith((kopf) => void kopf.on.create('KopfExample', { id }, () => undefined));
    const world = await started([made('old_one')]);
    await world.replaceHandlers([made('new_one')]);
    expect(world.factsOf('kind-served').map(({ handlers }) => handlers)).toEqual([['old_one'], ['new_one']]);
  });

  it('are told what happened to objects that nobody cared for before, and new objects get their memo', async () => {
    const seen: string[] = [];
    const before = registryWith((kopf) => void kopf.on.create('KopfExample', { id: 'c', labels: { on: 'yes' } }, () => undefined));
    const world = await started([before], { objects: [example()] });
    const after = createRegistry<{ word: string }>({ memo: () => ({ word: 'new' }) });
    after.on.create('KopfExample', { id: 'c' }, ({ name, memo }) => void seen.push(`${name} ${memo.word}`));
    await world.replaceHandlers([after]);
    await world.settle();
    expect(seen).toEqual(['a new']);
  });

  it('of resuming are not called for objects that were handled already', async () => {
    const calls: string[] = [];
    const resuming = (word: string) =>
      registryWith((kopf) => {
        kopf.on.create('KopfExample', { id: 'c' }, () => undefined);
        kopf.on.resume('KopfExample', { id: 'r' }, () => void calls.push(word));
      });
    const world = await started([resuming('one')], { objects: [example()] });
    await world.restart();
    await world.settle();
    expect(calls).toEqual(['one']);
    await world.replaceHandlers([resuming('two')]);
    await world.advance(5);
    await world.patch(A, { spec: { x: 1 } });
    await world.settle();
    expect(calls).toEqual(['one']);
  });

  it('ask for the finalizer, and let go of it', async () => {
    const plain = registryWith((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => undefined));
    const deleting = registryWith((kopf) => void kopf.on.delete('KopfExample', { id: 'd' }, () => undefined));
    const world = await started([plain], { objects: [example()] });
    await world.replaceHandlers([deleting]);
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    await world.replaceHandlers([plain]);
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers ?? []).toEqual([]);
  });

  it('cancel a handler that runs, whose attempt is none, and repeat it; one that stays is not disturbed', async () => {
    const calls: string[] = [];
    const slow = (word: string) =>
      registryWith((kopf) => {
        kopf.on.create('KopfExample', { id: 'slow' }, async ({ signal, retry }) => {
          calls.push(`${word} ${String(retry)}`);
          if (word === 'old') await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        });
      });
    let goOn: () => void = () => undefined;
    const staying = registryWith((kopf) => {
      kopf.on.create('Other', { id: 'stays' }, async ({ signal }) => {
        calls.push('stays');
        await new Promise<void>((resolve) => (goOn = resolve));
        calls.push(`stayed ${String(signal.aborted)}`);
      });
    });
    const world = await started([slow('old'), staying]);
    await world.create(example());
    await world.settle();
    expect(calls).toEqual(['old 0']);
    await world.replaceHandlers([slow('new'), staying]);
    await world.settle();
    expect(calls).toEqual(['old 0', 'new 0']);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.create({ apiVersion: 'kopf.dev/v1', kind: 'Other', metadata: { name: 'o', namespace: 'default' } });
    await world.settle();
    await world.replaceHandlers([slow('newer'), staying]);
    await world.settle();
    goOn();
    await world.settle();
    expect(calls.slice(2)).toEqual(['stays', 'stayed false']);
  });

  it('leave no progress of handlers that are no more, as after a restart', async () => {
    const failing = (id: string) =>
      registryWith((kopf) => {
        kopf.on.create('KopfExample', { id }, () => {
          if (id === 'old') throw new TemporaryError('not yet', { delay: 600 });
        });
      });
    const handlers = [failing('old')];
    const exchanged = await started(handlers, { objects: [example()] });
    expect(Object.keys(progressOf(await exchanged.get(A)))).toEqual(['old']);
    await exchanged.replaceHandlers([failing('new')]);
    await exchanged.settle();
    const restarted = await started(handlers, { objects: [example()] });
    handlers.splice(0, 1, failing('new'));
    await restarted.restart();
    await restarted.settle();
    const annotations = (await restarted.get(A))?.metadata.annotations;
    expect((await exchanged.get(A))?.metadata.annotations).toEqual(annotations);
    expect(storedEssence(await exchanged.get(A))).toMatchObject({ spec: {} });
  });
});

describe('an operator whose handlers cannot be exchanged', () => {
  it('says so: one that was not started for it, and one that does not run any more', async () => {
    const kopf = registryWith((declared) => void declared.on.event('KopfExample', () => undefined));
    const plugins = ({ transport }: OperatorParts) => [kubernetes({ transport }), annotations()];
    const options = { crds: [customResourceDefinition(KIND)] };
    const world = await createHarness({ ...options, config: (parts) => ({ name: 'test', handlers: [kopf], plugins: plugins(parts) }) });
    onTestFinished(() => world.close());
    await world.start();
    await expect(world.replaceHandlers([kopf])).rejects.toMatchObject({ code: 'KOPF_NOT_SERVING' });
  });

  it('takes nothing but registries, and goes on as before', async () => {
    const seen: string[] = [];
    const kopf = registryWith((declared) => void declared.on.event('KopfExample', { id: 'e' }, ({ name }) => void seen.push(name)));
    const world = await started([kopf]);
    await expect(world.replaceHandlers(['*.ts'])).rejects.toMatchObject({ code: 'KOPF_INVALID_CONFIG' });
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['a']);
  });
});

describe('timers and daemons', () => {
  const watching = (id: string, said: string[], word = id): Registry =>
    registryWith((kopf) => {
      kopf.daemon('KopfExample', { id }, async ({ stopped }) => {
        said.push(`${word} starts`);
        await stopped.wait();
        said.push(`${word} ends: ${String(stopped.reason)}`);
      });
    });

  it('whose declaration stays go on in the same run; others are stopped, and their successors start for objects that nothing happens to', async () => {
    const said: string[] = [];
    const kept = watching('kept', said);
    const world = await started([kept, watching('changed', said, 'old')], { objects: [example()] });
    expect(said.sort()).toEqual(['kept starts', 'old starts']);
    const lists = listsOf(world, 'kopfexamples');
    await world.replaceHandlers([kept, watching('changed', said, 'new'), watching('more', said)]);
    await world.settle();
    expect(said.slice(2).sort()).toEqual(['more starts', 'new starts', 'old ends: handler-replaced']);
    expect(said.indexOf('old ends: handler-replaced')).toBeLessThan(said.indexOf('new starts'));
    await world.replaceHandlers([kept]);
    await world.settle();
    expect(said.slice(5).sort()).toEqual(['more ends: handler-replaced', 'new ends: handler-replaced']);
    expect(listsOf(world, 'kopfexamples')).toBe(lists);
  });

  it('start for objects of a kind that had none, though they had come to rest', async () => {
    const said: string[] = [];
    const plain = registryWith((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => undefined));
    const world = await started([plain], { objects: [example()] });
    await world.advance(5);
    await world.replaceHandlers([plain, watching('d', said)]);
    await world.settle();
    expect(said).toEqual(['d starts']);
    await world.delete(A);
    await world.settle();
    expect(said).toEqual(['d starts', 'd ends: object-deleted']);
  });

  it('that ended on their own begin anew when they are others, and only then', async () => {
    const calls: string[] = [];
    const ending = (id: string, word: string) =>
      registryWith((kopf) => {
        kopf.daemon('KopfExample', { id }, () => {
          calls.push(word);
          throw new PermanentError('no');
        });
      });
    const kept = ending('kept', 'kept');
    const world = await started([kept, ending('changed', 'one')], { objects: [example()] });
    await world.replaceHandlers([kept, ending('changed', 'two')]);
    await world.settle();
    expect(calls.sort()).toEqual(['kept', 'one', 'two']);
  });

  it('of reconciling run anew when they changed, and still hear of the next change of their object', async () => {
    const runs: string[] = [];
    const reconciling = (word: string) =>
      registryWith((kopf) => void kopf.on.reconcile('KopfExample', { id: 'r' }, ({ spec }) => void runs.push(`${word} ${String(spec.x)}`)));
    const plain = registryWith((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => undefined));
    const world = await started([plain], { objects: [example('a', { spec: { x: 1 } })] });
    await world.replaceHandlers([plain, reconciling('one')]);
    await world.settle();
    await world.patch(A, { spec: { x: 2 } });
    await world.settle();
    await world.replaceHandlers([plain, reconciling('two')]);
    await world.settle();
    expect(runs).toEqual(['one 1', 'one 2', 'two 2']);
  });

  it('of an interval: one that stays keeps its rhythm, one that changes begins a new one', async () => {
    const ticks: string[] = [];
    const ticking = (id: string, word = id) =>
      registryWith((kopf) => void kopf.timer('KopfExample', { id, interval: 10, initialDelay: 10 }, () => void ticks.push(word)));
    const kept = ticking('kept');
    const world = await started([kept, ticking('changed', 'old')], { objects: [example()] });
    await world.advance(6);
    await world.replaceHandlers([kept, ticking('changed', 'new')]);
    await world.advance(5);
    expect(ticks).toEqual(['kept']);
    await world.advance(6);
    expect(ticks).toEqual(['kept', 'new']);
  });
});

describe('indexes', () => {
  const indexing = (value: string, seen: string[]): Registry =>
    registryWith((kopf) => {
      const names = kopf.index('KopfExample', { id: 'names' }, ({ name }) => ({ [value]: name }));
      kopf.on.event('Other', { id: 'look' }, ({ index }) => {
        seen.push(
          index(names)
            .entries()
            .map(([key, values]) => `${key}=${values.join()}`)
            .join(' '),
        );
      });
    });
  const other = (name: string): NewObject => ({ apiVersion: 'kopf.dev/v1', kind: 'Other', metadata: { name, namespace: 'default' } });

  it('are filled anew by a function that changed, before a new handler reads them, without listing', async () => {
    const seen: string[] = [];
    const world = await started([indexing('old', seen)], { objects: [example('a'), example('b')] });
    await world.create(other('one'));
    await world.settle();
    const lists = listsOf(world, 'kopfexamples');
    await world.replaceHandlers([indexing('new', seen)]);
    await world.create(other('two'));
    await world.settle();
    expect(seen).toEqual(['old=a,b', 'new=a,b']);
    expect(listsOf(world, 'kopfexamples')).toBe(lists);
  });

  it('of handlers that are gone are gone, and those of new ones are there', async () => {
    const world = await started([indexing('old', [])], { objects: [example()] });
    expect(await held(world)).toBe(1);
    const seen: unknown[] = [];
    const after = registryWith((kopf) => {
      kopf.index('KopfExample', { id: 'more' }, ({ name }) => ({ [name]: 1 }));
      kopf.on.event('Other', { id: 'look' }, (args) => void seen.push('names' in args, 'more' in args));
    });
    await world.replaceHandlers([after]);
    await world.create(other('one'));
    await world.settle();
    expect(seen).toEqual([false, true]);
  });
});

/** How many objects the operator was shown. */
async function held(world: Harness): Promise<number> {
  return (await world.list({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample' })).length;
}

describe('the kinds that are watched', () => {
  it('are those of the new handlers: what is new is listed, what nobody wants is let go, the rest goes on', async () => {
    const seen: string[] = [];
    const seeing = (kind: string) => registryWith((kopf) => void kopf.on.event(kind, { id: 'e' }, ({ name }) => void seen.push(name)));
    const kept = seeing('KopfExample');
    const world = await started([kept], { objects: [example()] });
    const lists = listsOf(world, 'kopfexamples');
    await world.create({ apiVersion: 'kopf.dev/v1', kind: 'Other', metadata: { name: 'o', namespace: 'default' } });
    await world.replaceHandlers([kept, seeing('Other')]);
    await world.settle();
    expect(seen).toEqual(['a', 'o']);
    await world.replaceHandlers([kept]);
    await world.settle();
    expect(world.factsOf('kind-released').map(({ of }) => of.resource.kind)).toEqual(['Other']);
    expect(listsOf(world, 'kopfexamples')).toBe(lists);
  });

  it('of one id for two functions is not served, until the mistake is undone', async () => {
    const seen: string[] = [];
    const one = registryWith((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, ({ name }) => void seen.push(name)));
    const two = registryWith((kopf) => void kopf.on.event('kopfexamples', { id: 'e' }, () => undefined));
    const world = await started([one], { objects: [example()] });
    for (const times of [1, 2]) {
      await world.replaceHandlers([one, two]);
      await world.settle();
      expect(world.factsOf('kind-refused').map(({ error }) => error.code)).toEqual(
        Array.from({ length: times }, () => 'KOPF_DUPLICATE_ID'),
      );
      await world.replaceHandlers([one]);
      await world.settle();
    }
    expect(seen).toEqual(['a', 'a', 'a']);
  });
});
