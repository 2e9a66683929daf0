import { createRegistry, defineConfig, events, type ChangeArgs, type ObjectBody } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { added, startScripted, state, SYNCED } from './support/scripted-cluster.js';
import { A, createWorld, example, KIND } from './world.js';

const OF_OBJECTS = [
  'annotations',
  'body',
  'index',
  'labels',
  'logger',
  'memo',
  'meta',
  'name',
  'namespace',
  'param',
  'patch',
  'resource',
  'retry',
  'runtime',
  'signal',
  'spec',
  'started',
  'status',
  'uid',
];
const names = (args: object): readonly string[] => Object.keys(args).toSorted();
/** What sub-handlers are declared and run with; filters cannot. */
const WITH_SUBHANDLERS = new Set(['execute', 'register']);
const withoutSubhandlers = (args: object): readonly string[] => names(args).filter((name) => !WITH_SUBHANDLERS.has(name));

/** What the handlers of one kind were called with, for an object that is created. */
async function argsOf(declare: (kopf: Parameters<Parameters<typeof createWorld>[0]>[0], note: (args: object) => void) => void) {
  const seen: object[] = [];
  const world = await createWorld((kopf) => declare(kopf, (args) => void seen.push(args)));
  await world.start();
  await world.create(example('a', { spec: { a: { b: 1 } }, metadata: { labels: { l: '1' }, annotations: { n: '2' } } }));
  await world.settle();
  await world.close();
  const [first] = seen;
  if (first === undefined) throw new Error('no handler was called');
  return { args: first as ChangeArgs, all: seen };
}

describe('the argument of handlers', () => {
  it('[K-01] of changes is the table of the specification and nothing else', async () => {
    const { args } = await argsOf((kopf, note) => void kopf.on.create('KopfExample', { id: 'c' }, note));
    expect(withoutSubhandlers(args)).toEqual([...OF_OBJECTS, 'reason', 'old', 'new', 'diff'].toSorted());
  });

  it('[K-01] of events has the type and the raw event, and no reason', async () => {
    const { args } = await argsOf((kopf, note) => void kopf.on.event('KopfExample', { id: 'e' }, note));
    expect(withoutSubhandlers(args)).toEqual([...OF_OBJECTS, 'type', 'event'].toSorted());
  });

  it('[K-01, K-04] of timers has the stop flag', async () => {
    const { args } = await argsOf((kopf, note) => void kopf.timer('KopfExample', { id: 't', interval: 60 }, note));
    expect(withoutSubhandlers(args)).toEqual([...OF_OBJECTS, 'stopped'].toSorted());
  });

  it('[K-01] of filters is that of the handler without what belongs to an attempt', async () => {
    const OF_AN_ATTEMPT = new Set(['param', 'retry', 'runtime', 'signal', 'started']);
    const { args } = await argsOf(
      (kopf, note) => void kopf.on.create('KopfExample', { id: 'c', when: (seen) => (note(seen), true) }, () => undefined),
    );
    expect(names(args)).toEqual([...OF_OBJECTS.filter((name) => !OF_AN_ATTEMPT.has(name)), 'reason', 'old', 'new', 'diff'].toSorted());
  });

  it('[K-01, H-02] has the option `param`, the number of the attempt, and the first one’s time', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c', param: { any: 'thing' }, backoff: 10 }, ({ param, retry, started, runtime }) => {
        seen.push([param, retry, started.getTime(), runtime]);
        if (retry < 2) throw new Error('again');
      });
    });
    await world.start();
    await world.create(example());
    const began = world.clock.now();
    await world.advance(30);
    expect(seen).toEqual([
      [{ any: 'thing' }, 0, began, 0],
      [{ any: 'thing' }, 1, began, 10],
      [{ any: 'thing' }, 2, began, 20],
    ]);
    await world.close();
  });

  it('[A-08] is one, for handlers and filters of every kind, and may have more in it than a handler knows', async () => {
    const given: [string, number][] = [];
    const note =
      (what: string) =>
      (...all: readonly unknown[]): void =>
        void given.push([what, all.length]);
    const world = await startScripted((kopf) => {
      kopf.on.create('KopfExample', { id: 'c', when: (...all) => (note('when')(...all), true) }, note('create'));
      kopf.on.event('KopfExample', { id: 'e' }, note('event'));
      kopf.timer('KopfExample', { id: 't', interval: '1h' }, note('timer'));
      kopf.on.create('KopfExample', { id: 'p' }, ({ register }) => void register(note('sub-handler'), { id: 's' }));
    });
    await world.say(...SYNCED, added(state('1')));
    await world.advance(1);
    expect(new Set(given.map(([what]) => what))).toEqual(new Set(['when', 'create', 'event', 'timer', 'sub-handler']));
    expect(given.filter(([, count]) => count !== 1)).toEqual([]);
    await world.close();
  });

  it('[K-03] is what the attempt and its cause say, and indexes before both', async () => {
    const { args } = await argsOf((kopf, note) => {
      for (const id of ['retry', 'reason']) kopf.index('KopfExample', { id }, ({ name }) => ({ [name]: id }));
      kopf.on.create('KopfExample', { id: 'c', param: 7 }, note);
    });
    const { retry, reason, param } = args as unknown as Record<string, { get?: (key: string) => unknown }>;
    expect([retry?.get?.('a'), reason?.get?.('a'), param]).toEqual([['retry'], ['reason'], 7]);
  });

  it('[K-01] keeps what the engine says apart from what is in the object', async () => {
    const { args } = await argsOf((kopf, note) => void kopf.on.create('KopfExample', { id: 'c' }, note));
    expect(args).toMatchObject({ name: 'a', namespace: 'default', spec: { a: { b: 1 } }, labels: { l: '1' }, annotations: { n: '2' } });
    expect(args.uid).toBe(args.meta.uid);
    expect(args.resource).toMatchObject({ kind: 'KopfExample', plural: 'kopfexamples', group: 'kopf.dev' });
  });

  it('[K-11, K-15] `new` is the essence, without status and system fields; `reason` is plain text', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, ({ old, new: fresh, reason }) => void seen.push(old, fresh, reason));
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 }, status: { s: 1 }, metadata: { labels: { l: '1' }, finalizers: ['x.io/y'] } }));
    await world.settle();
    expect(seen).toEqual([undefined, { spec: { x: 1 }, metadata: { labels: { l: '1' } } }, 'create']);
    await world.close();
  });

  it('[K-11] shows in `new` what counts of the object, not the object: system metadata and status only where a handler asks', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ new: fresh, body }) => void seen.push(fresh, body.metadata.uid.length > 0));
      kopf.on.update('KopfExample', { id: 'ready', field: 'status.ready' }, () => undefined);
    });
    await world.create(example('a', { spec: { size: 1 } }));
    await world.mergeStatus(A, { ready: true, other: 1 });
    await world.start();
    await world.settle();
    expect(seen).toEqual([{ spec: { size: 1 }, status: { ready: true } }, true]);
    await world.close();
  });
});

describe('the views of an object', () => {
  it('[V-01] are empty mappings where the object has nothing, and reading creates nothing', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, ({ status, labels, annotations: notes, spec, body }) => {
        seen.push(status, labels, notes, spec.absent, 'status' in body, 'labels' in body.metadata);
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual([{}, {}, {}, undefined, false, false]);
    expect((await world.get(A))?.['status']).toBeUndefined();
    await world.close();
  });

  it('[V-02] show the metadata as they are on the object', async () => {
    const { args } = await argsOf((kopf, note) => void kopf.on.create('KopfExample', { id: 'c' }, note));
    const { meta, body } = args;
    expect(meta).toBe(body.metadata);
    expect(meta).toMatchObject({ name: 'a', namespace: 'default', labels: { l: '1' }, annotations: { n: '2' }, generation: 1 });
    expect([typeof meta.creationTimestamp, meta.deletionTimestamp]).toEqual(['string', undefined]);
  });

  it.each([
    ['a stanza', (args: ChangeArgs) => (args.spec.a = 1)],
    ['something nested', (args: ChangeArgs) => (args.spec.a.b = 2)],
    ['the body', (args: ChangeArgs) => ((args.body as { kind: string }).kind = 'X')],
    ['labels', (args: ChangeArgs) => ((args.labels as Record<string, string>)['l'] = '2')],
    ['an empty status', (args: ChangeArgs) => (args.status.x = 1)],
    ['the essence', (args: ChangeArgs) => (args.new.spec.a = 1)],
    ['the diff', (args: ChangeArgs) => (args.diff as unknown[]).push(1)],
    ['the argument itself', (args: ChangeArgs) => ((args as { name: string }).name = 'x')],
  ])('[V-03, P-10] refuse a change of %s', async (_, change) => {
    const { args } = await argsOf((kopf, note) => void kopf.on.create('KopfExample', { id: 'c' }, note));
    expect(() => change(args)).toThrow(TypeError);
  });

  it('[V-04] of a timer are those of the newest state at each call, and of a change handler stay as they were', async () => {
    const ticks: unknown[] = [];
    let during: unknown;
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.timer('KopfExample', { id: 't', interval: 5 }, ({ spec }) => void ticks.push(spec.n));
      kopf.on.create('KopfExample', { id: 'c' }, async ({ spec }) => {
        await new Promise<void>((resolve) => (finish = resolve));
        during = spec.n;
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { n: 2 } });
    await world.advance(6);
    finish();
    await world.settle();
    expect([ticks, during]).toEqual([[1, 2], 1]);
    await world.close();
  });

  it('[V-05] of a cluster-scoped object have no namespace', async () => {
    const seen: unknown[] = [];
    const world = await createHarness({
      crds: [customResourceDefinition({ ...KIND, scope: 'Cluster' })],
      config: ({ transport }) => {
        const kopf = createRegistry();
        kopf.on.create('KopfExample', { id: 'c' }, (ctx) => {
          seen.push(ctx.namespace, ctx.name);
          events(ctx).info('Cluster');
        });
        return defineConfig({ name: 'test', handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] });
      },
    });
    await world.start();
    await world.create({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'wide' } });
    await world.settle();
    expect(seen).toEqual([undefined, 'wide']);
    expect(world.factsOf('event-recorded')).toMatchObject([{ outcome: 'recorded', about: { name: 'wide' } }]);
    await world.close();
  });
});

describe('memos', () => {
  it('[M-01, M-04] are what the registry makes, one for each object', async () => {
    const memos: unknown[] = [];
    class Memo {
      count = 0;
    }
    const world = await createHarness({
      crds: [customResourceDefinition(KIND)],
      config: ({ transport }) => {
        const kopf = createRegistry({ memo: () => new Memo() });
        kopf.on.create('KopfExample', { id: 'c' }, ({ memo }) => void memos.push(memo));
        kopf.timer('KopfExample', { id: 't', interval: 1 }, ({ memo }) => void (memo.count += 1));
        return defineConfig({ name: 'test', handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] });
      },
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.advance(1.5);
    expect(memos).toEqual([expect.any(Memo), expect.any(Memo)]);
    expect(memos).toEqual([{ count: 2 }, { count: 2 }]);
    expect(memos[0]).not.toBe(memos[1]);
    await world.close();
  });

  it('[M-05, Y-01] are forgotten with the object, and begin anew for another one of its name', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, ({ memo }) => {
        seen.push(memo.known);
        memo.known = true;
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual([undefined, undefined]);
    await world.close();
  });
});

describe('the logger', () => {
  it('[LG-01, LG-04] gives every line the identity of the object, and keeps the fields of the author', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, ({ logger }) => {
        logger.info('said', { object: 'mine', n: 1 });
      });
    });
    await world.start();
    const { metadata }: ObjectBody = await world.create(example());
    await world.settle();
    expect(world.factsOf('logged')).toMatchObject([
      {
        level: 'info',
        message: 'said',
        object: { name: 'a', namespace: 'default', uid: metadata.uid, resource: { kind: 'KopfExample' } },
        fields: { object: 'mine', n: 1 },
      },
    ]);
    await world.close();
  });
});
