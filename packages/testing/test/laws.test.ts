import { type ObjectBody, TemporaryError } from '@kopfts/core';
import {
  checkHistory,
  checkIsolation,
  checkNoErrors,
  type Fault,
  type FaultRule,
  type Harness,
  type ModelHandler,
  type OperatorModel,
  type RecordedCall,
  undisturbedOf,
  unusedRights,
} from '@kopfts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, FINALIZER, type WorldOptions } from './world.js';

const MODEL: OperatorModel = {
  collection: 'kopf.dev/kopfexamples',
  annotationPrefix: 'test.kopf.zalando.org',
  finalizer: FINALIZER,
  handlers: [],
  isOwnActor: (actor) => actor.startsWith('operator#'),
};
const of = (name: string) => ({ ...A, metadata: { name, namespace: 'default' } });
const modelWith = (handlers: readonly ModelHandler[], more: Partial<OperatorModel> = {}): OperatorModel => ({
  ...MODEL,
  handlers,
  ...more,
});

/** Of what the operator says about its results: the status and the generation. */
function conditionOf(body: ObjectBody | undefined): string | undefined {
  const { conditions = [] } = (body?.['status'] ?? {}) as { readonly conditions?: readonly Record<string, unknown>[] };
  const [first] = conditions;
  return first && `${String(first['status'])} ${String(first['observedGeneration'])}`;
}

async function open(...[declare, options]: Parameters<typeof createWorld>): Promise<Harness> {
  const world = await createWorld(declare, options);
  onTestFinished(() => world.close());
  return world;
}

describe('an operator that handles creations, changes and deletions', () => {
  const handlers: readonly ModelHandler[] = [
    { id: 'made', reasons: ['create'] },
    { id: 'changed', reasons: ['update'] },
    { id: 'bye', reasons: ['delete'] },
  ];
  const simple = (options: WorldOptions = {}): Promise<Harness> =>
    open((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ spec, patch }) => void (patch.status.seen = spec.size as number));
      kopf.on.update('KopfExample', { id: 'changed' }, ({ spec, patch }) => void (patch.status.seen = spec.size as number));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    }, options);

  async function liveOn(world: Harness): Promise<void> {
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.advance(10);
    await world.patch(A, { spec: { size: 2 } });
    await world.advance(10);
    await world.delete(A);
    await world.advance(10);
  }

  it('[S18] asks for nothing but what it may, and for all of it', async () => {
    const rights = [
      { apiGroups: ['kopf.dev'], resources: ['kopfexamples'], verbs: ['list', 'watch', 'patch'] },
      { apiGroups: ['kopf.dev'], resources: ['kopfexamples/status'], verbs: ['patch'] },
    ];
    const world = await simple({ initialList: 'pages', settings: { scanning: { disabled: true } } });
    await liveOn(world);
    expect(checkHistory(world.history, modelWith(handlers, { rights }))).toEqual([]);
    expect(unusedRights(world.history, rights)).toEqual([]);
  });

  it('[S17] shows no secret of an object or of an error, also where it fails, says so in Kubernetes Events, and tries again', async () => {
    const canary = 'canary-of-laws';
    const world = await open(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, ({ retry, logger }) => {
          logger.info('trying');
          if (retry === 0) throw new TemporaryError('refused', { delay: 5, cause: new Error(`token ${canary}`) });
          if (retry === 1) throw Object.assign(new Error('refused'), { config: { headers: { authorization: canary } } });
        });
      },
      { settings: { posting: { loggers: true } } },
    );
    await world.start();
    await world.create(example('a', { spec: { password: canary } }));
    await world.advance('3m');
    expect(world.history.some((entry) => entry.kind === 'commit' && entry.collection.includes('events'))).toBe(true);
    expect(world.factsOf('handler-ended').map(({ result }) => result)).toEqual(['retry', 'retry', 'succeeded']);
    expect(checkHistory(world.history, modelWith([], { canaries: [canary] })).filter(({ invariant }) => invariant === 'S17')).toEqual([]);
  });

  it('[S20] says honestly on the object that results were refused, twice, and that they are accepted again', async () => {
    const world = await simple();
    const details = { causes: [{ reason: 'FieldValueInvalid', message: 'planned', field: 'status.seen' }] };
    const body = JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      reason: 'Invalid',
      code: 422,
      details,
    });
    const headers = { 'content-type': 'application/json' };
    const isResult = (call: RecordedCall): boolean => call.path.includes('/status') && JSON.stringify(call.body).includes('seen');
    world.faults.add({ kind: 'status', code: 422, headers, body }, { when: isResult, times: 2 });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.advance(10);
    for (const size of [2, 3]) {
      await world.patch(A, { spec: { size } });
      await world.advance(10);
    }
    const states = world.history.flatMap((entry) =>
      entry.kind === 'commit' && entry.collection === MODEL.collection ? [conditionOf(entry.after)] : [],
    );
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual(['False 1', 'False 2', 'True 3']);
    expect(checkHistory(world.history, modelWith(handlers)).filter(({ invariant }) => invariant === 'S20')).toEqual([]);
  });

  it('complains about nothing when nothing goes wrong, and ends within its grace', async () => {
    const world = await simple();
    await liveOn(world);
    await world.stop();
    expect(checkNoErrors(world.facts)).toEqual([]);
    expect(checkHistory(world.history, modelWith(handlers))).toEqual([]);
  });

  it.each<[string, Fault]>([
    ['refuses all connections', { kind: 'drop' }],
    ['answers 503 to everything', { kind: 'status', code: 503 }],
    ['says nothing', { kind: 'halfOpen' }],
  ])('[L4, L9] takes up what happened while the API server %s, soon after, and never storms it', async (_how, fault) => {
    const calm = await simple();
    await liveOn(calm);
    const world = await simple();
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.advance(10);
    world.faults.add(fault, { times: Infinity });
    world.breakWatches();
    await world.patch(A, { spec: { size: 2 } });
    await world.create(example('b', { spec: { size: 3 } }));
    await world.advance('5m');
    world.faults.clear();
    world.notePhase('steady');
    await world.advance('2m');
    const judged = modelWith(handlers, { undisturbed: undisturbedOf(calm.history, MODEL) });
    expect(checkHistory(world.history, judged)).toEqual([]);
    expect((await world.get(A))?.status).toEqual({ seen: 2 });
    expect((await world.get(of('b')))?.status).toEqual({ seen: 3 });
  });

  it.each([1, 2, 3])('[L5] replaces a watch that falls silent at line %i, and loses nothing by it', async (nth) => {
    const world = await simple({ objects: [example('a', { spec: { size: 1 } })] });
    world.faults.add({ kind: 'line', nth, how: { kind: 'silence' } }, { when: ({ path }) => /kopfexamples\?.*watch=/.test(path) });
    await world.start();
    await world.advance(2);
    await world.patch(A, { spec: { size: 2 } });
    await world.create(example('b', { spec: { size: 3 } }));
    await world.advance('30m');
    const silent = world.history.find((entry) => entry.kind === 'fault' && entry.what === `silence from line ${String(nth)}`);
    expect(silent).toMatchObject({ atMs: expect.any(Number) });
    expect(checkHistory(world.history, modelWith(handlers))).toEqual([]);
    expect((await world.get(of('b')))?.status).toEqual({ seen: 3 });
  });

  it.each([0, 1])('[L7] ends within its grace when request %i of its end gets no answer', async (nth) => {
    const world = await open(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, async ({ patch }) => {
          patch.status.seen = 1;
          await world.clock.sleep(1500, new AbortController().signal);
        });
      },
      { settings: { queueing: { exitTimeout: 3 } } },
    );
    await world.start();
    await world.create(example('a'));
    await world.settle();
    const first = world.calls.length + nth;
    world.faults.add({ kind: 'halfOpen' }, { when: ({ index }) => index >= first, times: Infinity });
    await world.stop();
    expect(world.history.filter(({ kind }) => kind === 'fault')).not.toEqual([]);
    expect(checkHistory(world.history, modelWith([], { graceMs: 3000 })).filter(({ invariant }) => invariant === 'L7')).toEqual([]);
    expect(world.history.filter((entry) => entry.kind === 'life').map(({ change }) => change)).toEqual(['started', 'stopping', 'stopped']);
  });
});

describe('objects of which one is in trouble', () => {
  const names = ['one', 'two', 'bad', 'three', 'four'];
  const sleep = (world: Harness, ms: number): Promise<void> => world.clock.sleep(ms, new AbortController().signal);

  /** Each object is created, and changed again and again. */
  async function told(trouble: {
    readonly handler?: (retry: number) => void;
    readonly fault?: Fault;
    readonly rule?: FaultRule;
  }): Promise<Harness> {
    const world = await open((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, async ({ name, retry }) => {
        await sleep(world, 500);
        if (name === 'bad') trouble.handler?.(retry);
      });
      kopf.on.update('KopfExample', { id: 'changed' }, () => sleep(world, 500));
    });
    if (trouble.fault !== undefined) world.faults.add(trouble.fault, { times: Infinity, ...trouble.rule });
    await world.start();
    for (const name of names) await world.create(example(name));
    await world.advance(5);
    for (let size = 2; size < 6; size += 1) {
      for (const name of names) await world.patch(of(name), { spec: { size } });
      await world.advance(5);
    }
    await world.advance(60);
    return world;
  }

  const failing = {
    handler: () => {
      throw new TemporaryError('no', { delay: 0.1 });
    },
  };
  const refused = {
    fault: { kind: 'status', code: 500 },
    rule: { when: ({ path }) => path.includes('/bad') },
  } as const satisfies Parameters<typeof told>[0];
  const unanswered = { fault: { kind: 'halfOpen' }, rule: { when: ({ path }) => path.includes('/bad') } } as const satisfies Parameters<
    typeof told
  >[0];

  it.each([
    ['a handler that always fails for it', failing],
    ['writes to it that are always refused', refused],
    ['writes to it that are never answered', unanswered],
  ])('[S13] are handled as soon as without %s', async (_what, trouble) => {
    const calm = await told({});
    const disturbed = await told(trouble);
    const isAfflicted = ({ name }: { readonly name: string }): boolean => name === 'bad';
    expect(checkIsolation(calm.history, disturbed.history, { model: MODEL, isAfflicted })).toEqual([]);
    // It is one that shows: for the afflicted object the law would not hold.
    expect(checkIsolation(calm.history, disturbed.history, { model: MODEL, isAfflicted: () => false })).not.toEqual([]);
  });
});

describe('objects that wait for a worker', () => {
  it.each([1, 3])('wait only for each other, with %i workers and a neighbour that changes all the time', async (workers) => {
    const world = await open(
      (kopf) => {
        const work = (): Promise<void> => world.clock.sleep(1000, new AbortController().signal);
        kopf.on.create('KopfExample', { id: 'made' }, work);
        kopf.on.update('KopfExample', { id: 'changed' }, work);
      },
      { settings: { queueing: { workerLimit: workers } } },
    );
    await world.start();
    await world.create(example('hot'));
    for (let turn = 0; turn < 20; turn += 1) {
      await world.create(example(`o${String(turn)}`));
      for (let change = 0; change < 5; change += 1) {
        await world.patch(of('hot'), { spec: { size: turn * 5 + change } });
        await world.advance(0.1);
      }
    }
    await world.advance('3m');
    const judged = modelWith(
      [
        { id: 'made', reasons: ['create'] },
        { id: 'changed', reasons: ['update'] },
      ],
      { workers },
    );
    expect(checkHistory(world.history, judged)).toEqual([]);
    expect(world.history.filter((entry) => entry.kind === 'handler-start' && entry.name.startsWith('o'))).toHaveLength(20);
  });

  it('[L6] in a backlog let neighbours that change all the time go first three times of four, and no more', async () => {
    const hot = ['hot1', 'hot2'];
    const names = Array.from({ length: 4 }, (_, nth) => `o${String(nth)}`);
    const world = await open(
      (kopf) => {
        const work = (): Promise<void> => world.clock.sleep(1000, new AbortController().signal);
        kopf.on.create('KopfExample', { id: 'made' }, work);
        kopf.on.update('KopfExample', { id: 'changed' }, work);
      },
      { settings: { queueing: { workerLimit: 1 } }, objects: [...hot, ...names].map((name) => example(name)) },
    );
    await world.start();
    for (let change = 0; change < 80; change += 1) {
      for (const name of hot) await world.patch(of(name), { spec: { size: change } });
      await world.advance(0.5);
    }
    await world.advance('1m');
    const judged = modelWith(
      [
        { id: 'made', reasons: ['create'] },
        { id: 'changed', reasons: ['update'] },
      ],
      { workers: 1, turnsEach: 4 },
    );
    expect(checkHistory(world.history, judged)).toEqual([]);
    expect(world.history.filter((entry) => entry.kind === 'handler-start' && entry.name.startsWith('o'))).toHaveLength(4);
  });
});
