import type { Plugin, SeenObject } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { held as withFinalizer, listed, modified, startScripted, state, type ScriptedParts } from './support/scripted-cluster.js';
import { A, createWorld, example, FINALIZER, storedEssence } from './world.js';

const BEGIN = { kind: 'sync-begin', newEpoch: false } as const;
const END = { kind: 'sync-end', resourceVersion: '9' } as const;
const HANDLED = { spec: { x: 1 } };

/** Handled before and unchanged; `noted`: with what the plugin wants. */
function handledOne(name: string): SeenObject {
  const one = { ...state('1', { x: 1 }, HANDLED), uid: name, name };
  const body = one.body();
  const status = name === 'noted' ? { status: { seen: 'yes' } } : {};
  return { ...one, body: () => ({ ...body, metadata: { ...body.metadata, uid: name, name }, ...status }) };
}

async function withUpdates(parts: ScriptedParts = {}) {
  const seen: unknown[] = [];
  const world = await startScripted(
    (kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ spec }) => void seen.push(['create', spec['x']]));
      kopf.on.update('KopfExample', { id: 'changed' }, ({ spec }) => void seen.push(['update', spec['x']]));
    },
    {},
    parts,
  );
  const held = () => world.operator.inspect().collections.flatMap(({ objects }) => objects);
  return { world, seen, held };
}

describe('the first list', () => {
  it('[A7] no handler runs before it is complete', async () => {
    const { world, seen } = await withUpdates();
    await world.say(BEGIN, listed(state('1', { x: 1 })));
    await world.advance(60);
    expect(seen).toEqual([]);
    await world.say(END);
    expect(seen).toEqual([['create', 1]]);
    await world.close();
  });

  it('[B-21] objects that were handled before rest as they are read, and nothing is called or written for them', async () => {
    const { world, seen, held } = await withUpdates();
    await world.say(BEGIN, listed(state('1', { x: 1 }, HANDLED)));
    expect(held()).toMatchObject([{ name: 'a', resting: true, inPass: false }]);
    await world.say(END);
    expect(world.facts.of('cause-detected').map(({ reason, initial }) => [reason, initial])).toEqual([['resume', true]]);
    expect({ seen, writes: world.writes }).toEqual({ seen: [], writes: [] });
    await world.close();
  });

  it('[B-21] a long one is read no faster than its objects come to rest: few of their bodies are in memory at once', async () => {
    const { world, held } = await withUpdates({ hasTurns: true });
    const awake: number[] = [];
    const objects = Array.from({ length: 1000 }, (_, index) => {
      const one = { ...state('1', { x: 1 }, HANDLED), uid: `u${index}`, name: `a${index}` };
      const body = (): ReturnType<typeof one.body> => {
        awake.push(held().filter(({ resting }) => !resting).length);
        return one.body();
      };
      return listed({ ...one, body });
    });
    await world.say(BEGIN, ...objects, END);
    for (let turns = 0; turns < 1000 && held().some(({ resting }) => !resting); turns += 1) await world.say();
    expect(held()).toHaveLength(1000);
    expect(awake).toHaveLength(1000);
    expect(Math.max(...awake)).toBeLessThan(250);
    await world.close();
  });

  it('[B-21] plugins that watch passes, or add to them what is there, keep no object from its rest; what they have to add is written', async () => {
    const wanted = { status: { seen: 'yes' } };
    const watching: Plugin = {
      name: 'watching',
      setup(host) {
        host.contribute('admitPass', () => ({ go: true }));
        host.contribute('contributeToPatch', ({ object }) => (object.ref.name === 'silent' ? undefined : wanted));
      },
    };
    const seen: string[] = [];
    const world = await startScripted(
      (kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('made')),
      {},
      { plugins: [watching] },
    );
    await world.say(BEGIN, ...['silent', 'noted', 'bare'].map((name) => listed(handledOne(name))));
    const resting = world.operator.inspect().collections.flatMap(({ objects }) => objects.filter((one) => one.resting));
    expect(resting.map(({ name }) => name)).toEqual(['silent', 'noted']);
    expect(world.writes).toEqual([]);
    await world.say(END);
    expect(world.writes).toMatchObject([{ ref: { name: 'bare' }, patch: wanted }]);
    expect(seen).toEqual([]);
    await world.close();
  });

  it('what a plugin holds is not settled before it lets go', async () => {
    let isHeld = true;
    const holding: Plugin = {
      name: 'holding',
      setup: (host) => host.contribute('admitPass', () => (isHeld ? { go: false, reason: 'not yet', retryAfterMs: 5000 } : { go: true })),
    };
    const world = await startScripted(
      (kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined),
      {},
      { plugins: [holding] },
    );
    await world.say(BEGIN, listed(state('1', { x: 1 }, HANDLED)), END);
    expect(world.facts.of('pass-held')).toMatchObject([{ plugin: 'holding', why: 'not yet' }]);
    expect(world.facts.of('cause-detected')).toEqual([]);
    isHeld = false;
    await world.advance(6);
    expect(world.facts.of('cause-detected')).toMatchObject([{ reason: 'resume' }]);
    await world.close();
  });

  it('one that cannot be looked at while it is read is looked at again when the list is complete; the others rest', async () => {
    const { world, seen, held } = await withUpdates();
    const whole = state('1', { x: 1 }, HANDLED);
    let looks = 0;
    const body = (): ReturnType<typeof whole.body> => {
      looks += 1;
      if (looks === 1) throw new Error('not yet');
      return whole.body();
    };
    await world.say(BEGIN, listed({ ...whole, body }), listed(handledOne('bare')));
    expect(held().map(({ name, resting }) => ({ name, resting }))).toEqual([
      { name: 'a', resting: false },
      { name: 'bare', resting: true },
    ]);
    await world.say(END);
    expect(held().every(({ resting }) => resting)).toBe(true);
    expect({ seen, failed: world.facts.of('object-failed') }).toEqual({ seen: [], failed: [] });
    await world.close();
  });

  it('one to which a plugin cannot say what it adds does not rest: its pass tells of the error', async () => {
    const failing: Plugin = {
      name: 'failing',
      setup: (host) =>
        host.contribute('contributeToPatch', () => {
          throw new Error('no idea');
        }),
    };
    const { world, held } = await withUpdates({ plugins: [failing] });
    await world.say(BEGIN, listed(state('1', { x: 1 }, HANDLED)));
    expect(held()).toMatchObject([{ resting: false }]);
    await world.say(END);
    expect(JSON.stringify(world.facts.facts)).toContain('no idea');
    await world.close();
  });

  it('[Z-04] one that still has a finalizer which nothing needs any more does not rest with it', async () => {
    const { world } = await withUpdates();
    await world.say(BEGIN, listed(withFinalizer(state('1', { x: 1 }, HANDLED))), END);
    expect(world.writes).toMatchObject([{ kind: 'json' }]);
    expect(JSON.stringify(world.writes)).toContain('/metadata/finalizers');
    await world.close();
  });

  it('one of nobody’s interest rests as it is read, and says why', async () => {
    const world = await startScripted(
      (kopf) => void kopf.on.create('KopfExample', { id: 'made', labels: { wanted: 'yes' } }, () => undefined),
    );
    await world.say(BEGIN, listed(state('1', { x: 1 })));
    expect(world.operator.inspect().collections[0]?.objects).toMatchObject([{ resting: true }]);
    expect(world.facts.of('handler-skipped')).toMatchObject([{ handler: 'made', filter: 'labels' }]);
    await world.say(END);
    expect(world.facts.of('cause-detected')).toEqual([]);
    await world.close();
  });

  it('one that changes after it was read is handled when the list is complete', async () => {
    const { world, seen } = await withUpdates();
    await world.say(BEGIN, listed(state('1', { x: 1 }, HANDLED)));
    await world.say(listed(state('2', { x: 2 }, HANDLED)));
    expect(seen).toEqual([]);
    await world.say(END);
    expect(seen).toEqual([['update', 2]]);
    await world.close();
  });

  it('one that rests is handled when it changes later, once', async () => {
    const { world, seen } = await withUpdates();
    await world.say(BEGIN, listed(state('1', { x: 1 }, HANDLED)), END);
    await world.say(modified(state('2', { x: 1 }, HANDLED)), modified(state('3', { x: 3 }, HANDLED)));
    expect(seen).toEqual([['update', 3]]);
    await world.close();
  });

  it.each([
    [
      'resume handlers',
      (kopf) => kopf.on.resume('KopfExample', { id: 'back' }, ({ memo }) => void (memo['seen'] as string[]).push('back')),
    ],
    [
      'filters of their own',
      (kopf) =>
        kopf.on.create('KopfExample', { id: 'asked', when: ({ memo }) => (memo['seen'] as string[]).push('asked') > 0 }, () => undefined),
    ],
    [
      'event handlers',
      (kopf) => kopf.on.event('KopfExample', { id: 'heard' }, ({ memo }) => void (memo['seen'] as string[]).push('heard')),
    ],
  ] satisfies [string, (kopf: Parameters<Parameters<typeof startScripted>[0]>[0]) => unknown][])(
    'nothing is settled before it is complete where there are %s',
    async (_what, declare) => {
      const seen: string[] = [];
      const world = await startScripted((kopf) => void declare(kopf), {}, { memo: () => ({ seen }) });
      await world.say(BEGIN, listed(state('1', { x: 1 }, HANDLED)));
      expect(seen).toEqual([]);
      await world.say(END);
      expect(seen.length).toBeGreaterThan(0);
      await world.close();
    },
  );

  it('[Q-05] bookmarks and the marks of a list reach no object', async () => {
    const { world } = await withUpdates();
    await world.say(BEGIN, listed(state('1', { x: 1 }, HANDLED)), END);
    const before = world.facts.of('event-seen').length;
    await world.say({ kind: 'bookmark', resourceVersion: '50' }, BEGIN, { ...END, resourceVersion: '60' });
    expect(world.facts.of('event-seen')).toHaveLength(before);
    expect(world.facts.of('cause-detected')).toHaveLength(1);
    await world.close();
  });
});

describe('list and watch', () => {
  const requests = (calls: readonly { readonly path: string }[]) =>
    calls
      .filter(({ path }) => path.includes('/kopfexamples') && !path.includes('/kopfexamples/'))
      .map(({ path }) => new URL(path, 'http://x').searchParams);

  it('[W-01, W-03, W-04] lists once, watches from the version of the list, with bookmarks, and resumes from the last one without a list', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined), {
      objects: [example('old')],
      initialList: 'pages',
    });
    await world.start();
    await world.create(example());
    await world.settle();
    const last = (await world.get(A))?.metadata.resourceVersion;
    world.breakWatches();
    await world.advance('1m');
    const [list, ...watches] = requests(world.calls);
    expect(list?.get('watch')).toBeNull();
    expect(watches.length).toBeGreaterThanOrEqual(2);
    for (const watch of watches) expect([watch.get('watch'), watch.get('allowWatchBookmarks')]).toEqual(['true', 'true']);
    expect(Number(watches[0]?.get('resourceVersion'))).toBeLessThan(Number(last));
    expect(watches[1]?.get('resourceVersion')).toBe(last);
    await world.close();
  });

  it('[W-18, W-20] streams its list, watches on by the same stream, and resumes from the last version without a list', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name)), {
      objects: [example('old')],
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['old', 'a']);
    const last = (await world.get(A))?.metadata.resourceVersion;
    expect(requests(world.calls)).toHaveLength(1);
    world.breakWatches();
    await world.advance('1m');
    const [first, ...resumed] = requests(world.calls);
    const asked = ['watch', 'sendInitialEvents', 'resourceVersionMatch', 'allowWatchBookmarks', 'resourceVersion'];
    expect(asked.map((name) => first?.get(name))).toEqual(['true', 'true', 'NotOlderThan', 'true', null]);
    expect(resumed.map((query) => asked.map((name) => query.get(name)))).toEqual([['true', null, null, 'true', last]]);
    await world.close();
  });

  it('[W-19] asks for pages where the server streams no lists, and does not ask again', async () => {
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined), {
      objects: [example('old')],
    });
    const body = JSON.stringify({
      kind: 'Status',
      status: 'Failure',
      reason: 'Invalid',
      code: 422,
      message: 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch',
    });
    world.faults.add(
      { kind: 'status', code: 422, body },
      { when: ({ path }) => path.includes('sendInitialEvents'), times: Number.POSITIVE_INFINITY },
    );
    await world.start();
    await world.settle();
    expect(world.factsOf('watch-synced').map(({ objects }) => objects)).toEqual([1]);
    expect(world.factsOf('watch-health').map(({ state }) => state)).not.toContain('retrying');
    world.server.compact();
    world.faults.add({ kind: 'line', nth: 0, how: { kind: 'error', code: 410 } }, { when: ({ path }) => path.includes('watch=true') });
    world.breakWatches();
    await world.advance('3m');
    const queries = requests(world.calls);
    expect(queries.filter((query) => query.get('watch') === null).length).toBeGreaterThanOrEqual(1);
    expect(queries.filter((query) => query.has('sendInitialEvents'))).toHaveLength(1);
    await world.close();
  });

  it('[W-05, W-15] lists anew when its version is too old, finds what changed and what went, and goes on', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name));
    });
    await world.start();
    await world.create(example('a'));
    await world.settle();
    world.faults.add({ kind: 'status', code: 503 }, { when: (call) => call.path.includes('watch=true'), times: 2 });
    world.breakWatches();
    await world.delete(A);
    await world.create(example('b'));
    world.server.compact();
    await world.advance('5m');
    expect(seen).toEqual(['a', 'b']);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    expect(requests(world.calls).filter((query) => query.has('sendInitialEvents'))).toHaveLength(2);
    await world.close();
  });
});

describe('killed while it starts', () => {
  it.each(['c1', 'c2', 'c3', 'c4'] as const)(
    '[A8] at %s of every request: the next start succeeds, and all is as without',
    async (point) => {
      for (let nth = 0; nth < 12; nth += 1) {
        const world = await createWorld(
          (kopf) => {
            kopf.on.create('KopfExample', { id: 'made' }, () => ({ ok: true }));
            kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
          },
          { objects: [example()] },
        );
        let calls = 0;
        world.faults.add({ kind: 'kill', point }, { when: () => calls++ === nth });
        await world.start();
        await world.advance(1);
        const survived = world.running;
        if (!survived) await world.start();
        await world.advance(30);
        const object = await world.get(A);
        expect([object?.metadata.finalizers, object?.['status'], storedEssence(object)]).toEqual([
          [FINALIZER],
          { made: { ok: true } },
          { spec: {} },
        ]);
        await world.close();
        if (survived) return;
      }
      expect.unreachable('it makes fewer requests than that');
    },
  );
});
