import { createRegistry, defineConfig, TemporaryError, type OperatorConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createSimulation, customResourceDefinition, type OperatorParts } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { seeds } from './seeds.js';
import { A, createWorld, example, KIND, patchesOf, progressOf, shape, storedEssence } from './world.js';

const named = (name: string) => ({ ...A, metadata: { name, namespace: 'default' } });

describe('the model of an operator', () => {
  it('[A-01] watches each kind in each of its namespaces on its own, and nothing else', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
      namespaces: ['one', 'two'],
    });
    await world.start();
    await world.settle();
    const watched = world.calls
      .filter(({ path }) => path.includes('watch=true') && path.includes('kopfexamples'))
      .map(({ path }) => path.split('?')[0]);
    expect(watched.sort()).toEqual(['one', 'two'].map((namespace) => `/apis/kopf.dev/v1/namespaces/${namespace}/kopfexamples`));
    await world.close();
  });

  it('[A-02, Q-01, S1] handles one object never beside itself, also one of the same name made anew, and others at the same time', async () => {
    const running = new Map<string, number>();
    let most = 0;
    let together = 0;
    const world = await createWorld((kopf) => {
      const busy = async ({ uid }: { uid: string }): Promise<void> => {
        running.set(uid, (running.get(uid) ?? 0) + 1);
        most = Math.max(most, running.get(uid) ?? 0);
        together = Math.max(together, running.size);
        await world.clock.sleep(3000, new AbortController().signal);
        running.set(uid, (running.get(uid) ?? 0) - 1);
        if (running.get(uid) === 0) running.delete(uid);
      };
      kopf.on.create('KopfExample', busy);
      kopf.on.update('KopfExample', busy);
    });
    await world.start();
    for (const name of ['a', 'b']) await world.create(example(name));
    for (let x = 0; x < 6; x += 1) {
      await world.advance(1);
      await world.patch(A, { spec: { x } });
    }
    await world.delete(A);
    await world.create(example('a'));
    await world.advance(30);
    expect(most).toBe(1);
    expect(together).toBeGreaterThanOrEqual(2);
    await world.close();
  });

  it('[A-04, B-43] keeps all that must survive on the objects: another process goes on where the first one ended', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'count' }, ({ memo }) => void (memo.count = Number(memo.count ?? 0) + 1));
      kopf.on.create('KopfExample', { id: 'late', backoff: 100 }, ({ retry, memo }) => {
        seen.push([retry, memo.count]);
        if (retry === 0) throw new Error('not yet');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(40);
    world.kill();
    await world.start();
    await world.advance(59);
    expect(seen).toEqual([[0, 1]]);
    await world.advance(2);
    // The attempt is remembered, and when the next one is due; what was only in memory is gone.
    expect(seen).toEqual([
      [0, 1],
      [1, 1],
    ]);
    await world.close();
  });

  it('[A-07] several operators in one process know nothing of each other', async () => {
    const seen: string[] = [];
    const operator =
      (name: string) =>
      ({ transport }: OperatorParts): OperatorConfig => {
        const kopf = createRegistry();
        kopf.on.create('KopfExample', { id: 'made' }, ({ memo }) => {
          memo[name] = true;
          seen.push(`${name}: ${Object.keys(memo as object).join()}`);
        });
        kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
        return defineConfig({ name, handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] });
      };
    const world = await createSimulation({
      crds: [customResourceDefinition(KIND)],
      operators: { one: operator('one'), two: operator('two') },
    });
    await world.operator('one').start();
    await world.operator('two').start();
    await world.create(example());
    await world.advance(30);
    expect(seen.sort()).toEqual(['one: one', 'two: two']);
    expect((await world.get(A))?.metadata.finalizers?.toSorted()).toEqual([
      'one.kopf.zalando.org/finalizer',
      'two.kopf.zalando.org/finalizer',
    ]);
    const writes = world.writes().length;
    await world.advance('1h');
    expect(world.writes()).toHaveLength(writes);
    await world.operator('one').stop();
    await world.delete(A);
    await world.advance(10);
    expect((await world.get(A))?.metadata.finalizers).toEqual(['one.kopf.zalando.org/finalizer']);
    await world.close();
  });
});

describe('one cycle', () => {
  it('[Q-02, S2] events of an object are handled one by one, in their order', async () => {
    const log: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', async ({ spec, type }) => {
        log.push(`begin ${type} ${spec.n}`);
        await world.clock.sleep(1000, new AbortController().signal);
        log.push(`end ${spec.n}`);
      });
    });
    await world.start();
    await world.create(example('a', { spec: { n: 0 } }));
    await world.patch(A, { spec: { n: 1 } });
    await world.patch(A, { spec: { n: 2 } });
    await world.advance(10);
    expect(log).toEqual(['begin ADDED 0', 'end 0', 'begin MODIFIED 1', 'end 1', 'begin MODIFIED 2', 'end 2']);
    await world.close();
  });

  it('[Q-03, A-05] a new state interrupts the wait for a retry: what is due is looked at, the retry keeps its time', async () => {
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'late', backoff: 60 }, ({ retry, spec }) => {
        calls.push(`late ${retry} ${spec.x}`);
        if (retry === 0) throw new Error('not yet');
      });
      kopf.on.delete('KopfExample', { id: 'bye' }, () => void calls.push('bye'));
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.create(example('b', { spec: { x: 1 } }));
    await world.advance(10);
    await world.patch(A, { spec: { x: 2 } });
    await world.delete(named('b'));
    await world.advance(1);
    expect(calls).toEqual(['late 0 1', 'late 0 1', 'bye']);
    await world.advance(60);
    expect(calls.slice(3)).toEqual(['late 1 2']);
    await world.close();
  });

  it('[Y-02, H-13] the memo lives until the last event of the object was handled, and not for its successor', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', ({ type, memo }) => {
        memo.count = Number(memo.count ?? 0) + 1;
        seen.push([type, memo.count]);
      });
    });
    await world.start();
    await world.create(example());
    await world.delete(A);
    await world.create(example());
    await world.settle();
    expect(seen).toEqual([
      ['ADDED', 1],
      ['DELETED', 2],
      ['ADDED', 1],
    ]);
    await world.close();
  });

  it('[Y-16, Y-20] tells of deletions that are over, or not ours, and of changes that do not count; no change handler runs', async () => {
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void calls.push('create'));
      kopf.on.delete('KopfExample', { id: 'bye', optional: true }, () => void calls.push('delete'));
    });
    await world.start();
    await world.create(example('a', { metadata: { finalizers: ['example.com/foreign'] } }));
    await world.settle();
    await world.mergeStatus(A, { x: 1 });
    await world.settle();
    await world.delete(A);
    await world.settle();
    await world.patch(A, { metadata: { finalizers: null } });
    await world.settle();
    const reasons = world.factsOf('cause-detected').map(({ reason }) => reason);
    expect(reasons).toEqual(['create', 'noop', 'noop', 'free', 'gone']);
    expect(calls).toEqual(['create']);
    await world.close();
  });

  it('[A-03] goes event handlers, timers, finalizer, change handlers, one patch; and in the end releases the object with it', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => 'done');
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
      kopf.timer('KopfExample', { id: 'tick', initialDelay: '1h' }, () => undefined);
      kopf.on.event('KopfExample', { id: 'seen' }, () => undefined);
    });
    const stages = (from: number): readonly string[] =>
      world.facts.slice(from).flatMap((fact) => {
        if (fact.kind === 'handler-started') return [fact.handler];
        if (fact.kind === 'timer-spawned' || fact.kind === 'timer-ended') return [fact.kind];
        return fact.kind === 'finalizer-changed' ? [`finalizer ${fact.change}`] : fact.kind === 'write-sent' ? [`to ${fact.endpoint}`] : [];
      });
    await world.start();
    await world.create(example());
    await world.settle();
    const creation = stages(0);
    expect(creation.slice(0, 3)).toEqual(['seen', 'timer-spawned', 'to main']);
    // What was written comes back by two channels, of which either may be the first.
    const later = creation.slice(3).filter((stage) => stage !== 'seen');
    expect(later).toEqual(['finalizer added', 'made', 'to status', 'to main']);
    const { length } = world.facts;
    await world.delete(A);
    await world.settle();
    expect(stages(length)).toEqual(['seen', 'timer-ended', 'bye', 'to main', 'finalizer removed', 'seen']);
    await world.close();
  });

  it('[Y-17] a cycle patches before it sleeps, knows what it wrote when that comes back, and in the end nothing is written and nothing waits', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ retry }) => {
        if (retry === 0) throw new TemporaryError('not yet', { delay: 60 });
        return { ok: 1 };
      });
      kopf.on.event('KopfExample', ({ patch }) => void (patch.status.seen = 'yes'));
    });
    await world.start();
    const idle = world.scheduler.clock.pending;
    await world.create(example());
    await world.advance(10);
    expect(patchesOf(world).map(shape)).toEqual(['status json', 'main json']);
    expect(progressOf(await world.get(A))).toMatchObject({ made: { retries: 1, delayed: '2024-01-01T00:01:00.000000+00:00' } });
    // The version that the patch returned is the one that is waited for: neither of the two is taken for somebody's change.
    const written = world.factsOf('write-ended').map(({ resourceVersion }) => resourceVersion);
    expect(world.factsOf('event-dropped').map(({ why, resourceVersion }) => [why, resourceVersion])).toEqual(
      written.map((own) => ['echo', own]),
    );
    expect(world.factsOf('object-waiting').map(({ why, until }) => [why, until])).toEqual([['retry', Date.UTC(2024, 0, 1, 0, 1)]]);
    expect(world.scheduler.clock.pending).toBe(idle + 1);
    await world.advance(60);
    expect(patchesOf(world).map(shape)).toEqual(['status json', 'main json', 'status json', 'main json']);
    const { length } = world.facts;
    await world.advance('1d');
    expect(world.writes()).toHaveLength(4);
    expect((await world.get(A))?.['status']).toEqual({ seen: 'yes', made: { ok: 1 } });
    expect(progressOf(await world.get(A))).toEqual({});
    expect(world.facts.slice(length).filter((fact) => 'object' in fact)).toEqual([]);
    expect(world.scheduler.clock.pending).toBe(idle);
    await world.close();
  });
});

describe('what others do to an object', () => {
  it('[D2, S10] an edit while a handler runs is an update of its own, from what was handled, and is not lost', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, async ({ spec }) => {
        await world.clock.sleep(1000, new AbortController().signal);
        return { saw: spec.x };
      });
      kopf.on.update('KopfExample', { id: 'changed' }, ({ old, new: fresh }) => void seen.push([old.spec.x, fresh.spec.x]));
    });
    await world.start();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.advance(0.5);
    await world.patch(A, { spec: { x: 2 } });
    await world.advance(10);
    expect((await world.get(A))?.['status']).toEqual({ made: { saw: 1 } });
    expect((await world.get(A))?.['spec']).toEqual({ x: 2 });
    expect(seen).toEqual([[1, 2]]);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { x: 2 } });
    await world.close();
  });

  it('[D3, S1] a hot object is handled as it is, without a pass for each edit, and holds nobody up', async () => {
    const hot: number[] = [];
    let others = 0;
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'changed' }, async ({ name, spec }) => {
        await world.clock.sleep(100, new AbortController().signal);
        if (name === 'a') hot.push(Number(spec.x));
        else others += 1;
      });
    });
    await world.start();
    await world.create(example('a', { spec: { x: 0 } }));
    await world.create(example('b', { spec: { x: 0 } }));
    await world.advance(1);
    for (let x = 1; x <= 500; x += 1) {
      await world.patch(A, { spec: { x } });
      if (x % 100 === 0) await world.patch(named('b'), { spec: { x } });
      await world.advance(0.005);
    }
    await world.advance(5);
    expect(hot.at(-1)).toBe(500);
    expect(hot.length).toBeLessThan(40);
    expect(others).toBe(5);
    await world.close();
  });

  it.each([
    ['deleted', null],
    ['no JSON', '{"started":'],
    ['something else', '[1,2,3]'],
    ['garbage of 200 KiB', 'x'.repeat(200_000)],
  ])('[D4] progress and essence that somebody %s count as unknown: the object is handled, and nothing loops', async (_what, value) => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made', backoff: 30 }, () => {
        calls += 1;
        if (calls === 1) throw new Error('not yet');
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    expect(Object.keys(progressOf(await world.get(A)))).toEqual(['made']);
    const keys = [
      'test.kopf.zalando.org/made',
      ...(value === null || value.length < 1000 ? ['test.kopf.zalando.org/last-handled-configuration'] : []),
    ];
    await world.patch(A, { metadata: { annotations: Object.fromEntries(keys.map((key) => [key, value])) } });
    await world.advance('1h');
    expect(calls).toBeGreaterThanOrEqual(2);
    expect(calls).toBeLessThanOrEqual(3);
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();
  });

  it('[D7] a change that is taken back while nobody looks is no change', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.on.update('KopfExample', { id: 'changed' }, ({ diff }) => void seen.push(diff));
    });
    await world.start();
    await world.create(example('a', { spec: { x: 'A' } }));
    await world.settle();
    world.faults.add({ kind: 'status', code: 503 }, { when: (call) => call.path.includes('watch=true'), times: 3 });
    world.breakWatches();
    await world.patch(A, { spec: { x: 'B' } });
    await world.patch(A, { spec: { x: 'A' } });
    world.server.compact();
    await world.advance('5m');
    expect(seen).toEqual([]);
    await world.close();
  });

  it('[D8] the handlers of one cause see one pair of states, whatever arrives between them', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      for (const id of ['first', 'second'])
        kopf.on.update('KopfExample', { id }, async ({ old, new: fresh }) => {
          seen.push([id, old.spec.x, fresh.spec.x]);
          if (id === 'first') await world.clock.sleep(1000, new AbortController().signal);
        });
    });
    await world.start();
    await world.create(example('a', { spec: { x: 0 } }));
    await world.settle();
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(0.5);
    await world.patch(A, { spec: { x: 2 } });
    await world.advance(5);
    expect(seen).toEqual([
      ['first', 0, 1],
      ['second', 0, 1],
      ['first', 1, 2],
      ['second', 1, 2],
    ]);
    await world.close();
  });

  it('[D9] of two handlers that patch one field, the later one has the last word, always, and a warning says so, once', async () => {
    for (const seed of [1, 2, 3]) {
      const world = await createWorld(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'one' }, ({ patch }) => void (patch.status.who = 'one'));
          kopf.on.create('KopfExample', { id: 'two' }, ({ patch }) => void (patch.status.who = 'two'));
          kopf.on.create('KopfExample', { id: 'three' }, ({ patch }) => void (patch.status.other = 'three'));
        },
        { seed },
      );
      await world.start();
      await world.create(example());
      await world.settle();
      expect((await world.get(A))?.['status']).toEqual({ who: 'two', other: 'three' });
      await world.create(example('b'));
      await world.settle();
      expect(world.factsOf('fields-overwritten')).toMatchObject([
        { object: { name: 'a' }, fields: [{ field: 'status.who', of: 'one', by: 'two' }] },
      ]);
      await world.close();
    }
  });
});

describe('other objects', () => {
  /** What happens to `a`, and what became of it; the others only make noise. */
  async function storyOf(seed: number, noise: boolean) {
    const calls: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        const note =
          (what: string) =>
          ({ name, retry, spec }: { name: string; retry: number; spec: { x?: number } }): unknown => {
            if (name === 'a') calls.push([what, retry, spec.x, world.clock.monotonicMs()]);
            if (what === 'create' && retry === 0) throw new Error('once');
            return { x: spec.x ?? 0 };
          };
        kopf.on.create('KopfExample', { id: 'made', backoff: 5 }, note('create'));
        kopf.on.update('KopfExample', { id: 'changed' }, note('update'));
        kopf.on.delete('KopfExample', { id: 'bye' }, (args) => void note('delete')(args));
      },
      { seed },
    );
    await world.start();
    const turn = async (act: () => Promise<unknown>, index: number): Promise<void> => {
      if (noise) {
        await world.create(example(`n${String(index)}`, { spec: { x: index } }));
        if (index > 0) await world.patch(named(`n${String(index - 1)}`), { spec: { x: -1 } });
        if (index > 1) await world.delete(named(`n${String(index - 2)}`));
      }
      await act();
      await world.advance(10);
    };
    const left: unknown[] = [];
    const acts = [
      () => world.create(example('a', { spec: { x: 1 } })),
      () => world.patch(A, { spec: { x: 2 } }),
      () => world.mergeStatus(A, { other: true }),
      () => world.patch(A, { spec: { x: 3 } }),
      async () => {
        const { metadata, ...rest } = (await world.get(A)) ?? { metadata: undefined };
        left.push(rest, metadata?.finalizers, metadata?.annotations);
      },
      () => world.delete(A),
    ];
    for (const [index, act] of acts.entries()) await turn(act, index);
    left.push(await world.get(A));
    await world.close();
    return { calls, left };
  }

  it.each(seeds(1, 2, 3, 4, 5))('change nothing for an object, however they interleave with it (seed %i)', async (seed) => {
    const alone = await storyOf(seed, false);
    const among = await storyOf(seed, true);
    expect(alone.calls).toHaveLength(5);
    expect(among).toEqual(alone);
  });
});
