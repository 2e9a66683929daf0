import {
  byOwner,
  byUid,
  createRegistry,
  KopfError,
  PermanentError,
  TemporaryError,
  type IndexLookup,
  type IndexToken,
  type JsonObject,
  type SeenObject,
} from '@kopfts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customResourceDefinition, type Harness, type NewObject } from '@kopfts/testing';
import { added, deleted, listed, modified, startScripted, state } from './support/scripted-cluster.js';
import { A, createWorld, example, patchesOf } from './world.js';

function config(name: string, data: Readonly<Record<string, string>> = {}, metadata: object = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...metadata }, data };
}

/** An object of the scripted cluster with a name of its own. */
function another(name: string, version: string, spec: JsonObject = {}): SeenObject {
  const of = state(version, spec);
  const body = of.body();
  return { ...of, uid: name, name, body: () => ({ ...body, metadata: { ...body.metadata, uid: name, name } }) };
}

const named = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });

/** An operator that indexes config maps, and what an event handler of examples finds in the index whenever `look` is called. */
async function indexing(
  declare: (kopf: ReturnType<typeof createRegistry>) => IndexToken<unknown>,
  objects: readonly ReturnType<typeof config>[] = [],
) {
  let seen: unknown;
  const world = await createWorld(
    (kopf) => {
      const token = declare(kopf);
      kopf.on.event('KopfExample', ({ index }) => {
        seen = Object.fromEntries([...index(token)].map(([key, values]) => [JSON.stringify(key), [...values].sort()]));
      });
    },
    { objects: [example(), ...objects] },
  );
  await world.start();
  await world.settle();
  let looks = 0;
  const look = async () => {
    await world.settle();
    looks += 1;
    await world.patch(A, { spec: { looks } });
    await world.settle();
    return seen;
  };
  return { world, look };
}

describe('an index', () => {
  it('is told of by `inspect()`: its id, how many keys it has, and of how many objects', async () => {
    const world = await startScripted((kopf) => {
      kopf.index('KopfExample', { id: 'by-size' }, ({ spec }) => (spec.size === undefined ? undefined : { [String(spec.size)]: null }));
    });
    const objects = [another('a', '1', { size: 1 }), another('b', '2', { size: 1 }), another('c', '3', { size: 2 }), another('d', '4')];
    await world.say({ kind: 'sync-begin', newEpoch: false }, ...objects.map(listed), { kind: 'sync-end', resourceVersion: '9' });
    expect(world.operator.inspect().indexes).toEqual([{ id: 'by-size', keys: 2, objects: 3 }]);
    await world.close();
  });

  it('[I-05, I-08, I-10] follows objects as they come, change and go', async () => {
    const { world, look } = await indexing(
      (kopf) => kopf.index('configmaps', ({ body, name }) => ({ [String(body.data?.k)]: name })),
      [config('old', { k: 'x' })],
    );
    await world.create(config('b', { k: 'x' }));
    expect(await look()).toEqual({ '"x"': ['b', 'old'] });
    await world.patch(named('b'), { data: { k: 'y' } });
    expect(await look()).toEqual({ '"x"': ['old'], '"y"': ['b'] });
    await world.delete(named('old'));
    expect(await look()).toEqual({ '"y"': ['b'] });
    await world.close();
  });

  it('[I-11] has nothing of an object that the filters do not match any more, also by `when`', async () => {
    const { world, look } = await indexing(
      (kopf) => {
        // With a handler that wants all of them, so that the server leaves out none.
        kopf.on.event('configmaps', { id: 'all' }, () => undefined);
        return kopf.index('configmaps', { labels: { on: 'yes' }, when: ({ body }) => body.data?.k !== 'no' }, ({ name }) => ({
          names: name,
        }));
      },
      [config('a', { k: '1' }, { labels: { on: 'yes' } }), config('b', { k: '1' }, { labels: { on: 'yes' } }), config('c')],
    );
    expect(await look()).toEqual({ '"names"': ['a', 'b'] });
    await world.patch(named('a'), { metadata: { labels: { on: null } } });
    await world.patch(named('b'), { data: { k: 'no' } });
    expect(await look()).toEqual({});
    expect(
      world
        .factsOf('handler-skipped')
        .filter(({ family }) => family === 'index')
        .map(({ filter }) => filter),
    ).toEqual(['labels', 'labels', 'when']);
    await world.close();
  });

  it('[I-12, D14] keeps what was there when the function fails in an arbitrary way, and drops it when it says that it failed', async () => {
    const { world, look } = await indexing(
      (kopf) =>
        kopf.index('configmaps', ({ body, name }) => {
          if (body.data?.k === 'arbitrary') throw new Error('boom');
          if (body.data?.k === 'temporary') throw new TemporaryError('later', { delay: 60 });
          return { [name]: String(body.data?.k) };
        }),
      [config('a', { k: '1' }), config('b', { k: '2' })],
    );
    await world.patch(named('a'), { data: { k: 'arbitrary' } });
    expect(await look()).toEqual({ '"a"': ['1'], '"b"': ['2'] });
    await world.patch(named('a'), { data: { k: 'temporary' } });
    expect(await look()).toEqual({ '"b"': ['2'] });
    await world.close();
  });

  it('[I-13] leaves an object out after a permanent failure; after a temporary one until the delay is over and the next event comes', async () => {
    const { world, look } = await indexing(
      (kopf) =>
        kopf.index('configmaps', ({ body, name }) => {
          if (body.data?.k === 'never') throw new PermanentError('no');
          if (body.data?.k === 'later') throw new TemporaryError('later', { delay: 60 });
          return { [name]: String(body.data?.k) };
        }),
      [config('a', { k: 'never' }), config('b', { k: 'later' })],
    );
    await world.patch(named('a'), { data: { k: '1' } });
    await world.patch(named('b'), { data: { k: '1' } });
    expect(await look()).toEqual({});
    await world.advance('61s');
    expect(await look()).toEqual({});
    await world.patch(named('a'), { data: { k: '2' } });
    await world.patch(named('b'), { data: { k: '2' } });
    expect(await look()).toEqual({ '"b"': ['2'] });
    await world.close();
  });

  it('[I-14, I-15] costs no request that changes anything, whatever its function puts into `patch`', async () => {
    const { world } = await indexing((kopf) =>
      kopf.index('configmaps', ({ patch, name }) => {
        patch.metadata.labels['x'] = 'y';
        return name;
      }),
    );
    await world.create(config('b'));
    await world.settle();
    expect(world.factsOf('handler-ended').map(({ family }) => family)).toContain('index');
    expect(patchesOf(world)).toEqual([]);
    await world.close();
  });

  it('[I-01, I-16, K-02] is an argument of handlers and callbacks by its name, which wins over theirs', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        const tell = (who: string) => (args: object) => {
          const { labels, patch } = args as { labels: { size: number }; patch: { get(key: unknown): readonly unknown[] } };
          seen.push([who, labels.size, patch.get(null)]);
          return true;
        };
        kopf.index('configmaps', { id: 'labels', field: 'data' }, ({ name }) => ({ [name]: 1 }));
        kopf.index('configmaps', { id: 'patch' }, ({ name }) => name);
        kopf.on.startup(tell('startup'));
        kopf.on.create('KopfExample', { when: tell('when') }, tell('create'));
        kopf.on.event('KopfExample', { when: tell('event when') }, tell('event'));
        kopf.timer('KopfExample', { interval: 60 }, tell('timer'));
      },
      { objects: [example(), config('c', { k: '1' })] },
    );
    await world.start();
    await world.settle();
    const firsts = new Map(seen.map((entry) => [(entry as [string])[0], entry]));
    expect(firsts.get('startup')).toEqual(['startup', 0, []]);
    for (const who of ['when', 'create', 'event when', 'event', 'timer']) expect(firsts.get(who)).toEqual([who, 1, ['c']]);
    await world.close();
  });

  it('of a registry that the operator does not have is refused, with its code', async () => {
    const { world } = await indexing((kopf) => kopf.index('configmaps', ({ name }) => name));
    const foreign = createRegistry().index('pods', { id: 'foreign' }, () => 1);
    let error: unknown;
    const other = await createWorld((kopf) => {
      kopf.on.event('KopfExample', ({ index }) => {
        try {
          index(foreign);
        } catch (caught) {
          error = caught;
        }
      });
    });
    await other.start();
    await other.create(example());
    await other.settle();
    expect(error).toMatchObject({ code: 'KOPF_INVALID_OPTION' });
    await other.close();
    await world.close();
  });

  it('finds children by their owners, of several kinds, and owners of children', async () => {
    let found: unknown;
    const world = await createWorld((kopf) => {
      const children = kopf.index('configmaps', byOwner);
      kopf.index('secrets', byOwner);
      const parents = kopf.index('KopfExample', byUid);
      kopf.on.event('KopfExample', ({ index, uid }) => {
        const own = index(children).get(uid);
        found = [
          own.map(({ kind, name }) => `${kind} ${name}`).sort(),
          index(parents)
            .get(uid)
            .map(({ name }) => name),
        ];
      });
    });
    await world.start();
    await world.create(example());
    const uid = (await world.get(A))?.metadata.uid;
    const ownerReferences = [{ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name: 'a', uid }];
    await world.create(config('child', {}, { ownerReferences }));
    await world.create(config('stranger'));
    await world.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hidden', namespace: 'default', ownerReferences } });
    await world.settle();
    await world.patch(A, { spec: { x: 1 } });
    await world.settle();
    expect(found).toEqual([['ConfigMap child', 'Secret hidden'], ['a']]);
    await world.close();
  });
});

describe('readiness of indexes', () => {
  const readies = (world: Pick<Harness, 'factsOf'>) => world.factsOf('operator-ready').map(({ collections }) => collections);

  it.each([
    { what: 'is broken once', fault: { kind: 'status', code: 500 } as const, times: 1 },
    { what: 'is behind a broken gateway for a while', fault: { kind: 'status', code: 502 } as const, times: 7 },
    { what: 'is busy', fault: { kind: 'status', code: 429 } as const, times: 7 },
  ])('[I-20, A7] is not reached by a list that fails: the server $what', async ({ fault, times }) => {
    const seen: number[] = [];
    const world = await createWorld(
      (kopf) => {
        const names = kopf.index('configmaps', { id: 'names' }, ({ name }) => name);
        kopf.on.create('KopfExample', { id: 'made' }, ({ index }) => void seen.push(index(names).get(null).length));
      },
      { objects: [example(), config('b'), config('c')] },
    );
    world.faults.add(fault, { when: ({ path }) => path.startsWith('/api/v1/configmaps?'), times });
    await world.start();
    await world.advance('10m');
    expect([seen, readies(world)]).toEqual([[2], [2]]);
    await world.close();
  });

  it('[I-20, A7] is not reached by a page that fails after others', async () => {
    const seen: number[] = [];
    const world = await startScripted((kopf) => {
      const names = kopf.index('KopfExample', { id: 'names' }, ({ name }) => name);
      kopf.on.create('KopfExample', { id: 'made' }, ({ index }) => void seen.push(index(names).get(null).length));
    });
    const error = new KopfError('KOPF_REQUEST_FAILED', 'The second page failed.', { context: { status: 500 } });
    await world.say({ kind: 'sync-begin', newEpoch: false }, listed(state('1')), { kind: 'health', state: 'retrying', error });
    await world.advance(60);
    expect(seen).toEqual([]);
    await world.say({ kind: 'sync-begin', newEpoch: false }, listed(state('1')), listed(another('b', '2')));
    await world.say({ kind: 'sync-end', resourceVersion: '9' });
    expect(seen).toEqual([2, 2]);
    await world.close();
  });

  it('a kind that is indexed and may not be listed holds nothing up, which is told', async () => {
    const seen: number[] = [];
    const world = await createWorld(
      (kopf) => {
        const names = kopf.index('configmaps', { id: 'names' }, ({ name }) => name);
        kopf.on.create('KopfExample', { id: 'made' }, ({ index }) => void seen.push(index(names).get(null).length));
      },
      { objects: [example(), config('b')] },
    );
    world.faults.add({ kind: 'status', code: 403 }, { when: ({ path }) => path.startsWith('/api/v1/configmaps?'), times: Infinity });
    await world.start();
    await world.advance('10m');
    const told = world.factsOf('logged').filter(({ message }) => message.startsWith('Handlers begin without'));
    expect([seen, told.map(({ level, fields }) => [level, fields['indexes']])]).toEqual([[0], [['warn', 'names']]]);
    await world.close();
  });

  it('a kind that is indexed and goes before it was listed holds nothing up', async () => {
    const seen: number[] = [];
    const world = await createWorld(
      (kopf) => {
        const names = kopf.index('Other', { id: 'names' }, ({ name }) => name);
        kopf.on.create('KopfExample', { id: 'made' }, ({ index }) => void seen.push(index(names).get(null).length));
      },
      { objects: [example(), customResourceDefinition({ group: 'other.dev', kind: 'Other' }) as NewObject] },
    );
    world.faults.add({ kind: 'status', code: 500 }, { when: ({ path }) => path.includes('/others?'), times: Infinity });
    const gone = world.clock.sleep(60_000, new AbortController().signal).then(() => {
      expect(seen).toEqual([]);
      return world.delete({
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'others.other.dev' },
      });
    });
    await world.start();
    await gone;
    await world.advance('1m');
    expect([seen, readies(world)]).toEqual([[0], [1]]);
    await world.close();
  });

  it('[I-20, A7] no handler and no filter of any object begins before the list is complete and each of it was indexed once', async () => {
    let open: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (open = resolve));
    const seen: (readonly [who: string, indexed: number])[] = [];
    const world = await startScripted((kopf) => {
      const names = kopf.index('KopfExample', async ({ name }) => {
        if (name === 'b') await slow;
        return name;
      });
      const tell = (who: string) => (ctx: { readonly index: IndexLookup }) => seen.push([who, ctx.index(names).get(null).length]);
      kopf.on.create('KopfExample', { when: tell('when') }, (ctx) => void tell('create')(ctx));
      kopf.on.event('KopfExample', (ctx) => void tell('event')(ctx));
      kopf.timer('KopfExample', { interval: 600 }, (ctx) => void tell('timer')(ctx));
    });
    await world.say({ kind: 'sync-begin', newEpoch: false }, listed(state('1')), listed(another('b', '2')));
    expect(seen).toEqual([]);
    await world.say({ kind: 'sync-end', resourceVersion: '9' }, added(another('c', '10')));
    await world.advance(1);
    expect(seen).toEqual([]);
    open();
    await world.say();
    await world.advance(1);
    expect(new Set(seen.map(([who]) => who))).toEqual(new Set(['when', 'create', 'event', 'timer']));
    expect(new Set(seen.map(([, indexed]) => indexed))).toEqual(new Set([3]));
    await world.close();
  });

  it('[I-24] events that come before it wait, none is lost, and they keep their order', async () => {
    let open: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (open = resolve));
    const seen: unknown[] = [];
    const world = await startScripted((kopf) => {
      kopf.index('KopfExample', { id: 'names' }, async ({ name }) => {
        await slow;
        return name;
      });
      kopf.on.event('KopfExample', { id: 'heard' }, ({ type, name, spec }) => void seen.push([name, type, spec.x]));
    });
    await world.say({ kind: 'sync-begin', newEpoch: false }, listed(state('1', { x: 1 })), { kind: 'sync-end', resourceVersion: '1' });
    await world.say(
      modified(state('2', { x: 2 })),
      added(another('b', '3', { x: 0 })),
      modified(state('4', { x: 3 })),
      deleted(state('5', { x: 3 })),
    );
    expect(seen).toEqual([]);
    open();
    await world.say();
    const of = (name: string) => seen.filter((entry) => (entry as readonly string[])[0] === name);
    expect(of('a')).toEqual([
      ['a', null, 1],
      ['a', 'MODIFIED', 2],
      ['a', 'MODIFIED', 3],
      ['a', 'DELETED', 3],
    ]);
    expect(of('b')).toEqual([['b', 'ADDED', 0]]);
    await world.close();
  });

  it('[I-22] is reached once: a kind that comes later, and takes long to be indexed, holds up its own objects only', async () => {
    let open: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (open = resolve));
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.index('Late', { id: 'lates' }, async ({ name }) => {
        await slow;
        return name;
      });
      kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(name));
      kopf.on.create('Late', { id: 'late' }, ({ name }) => void seen.push(name));
    });
    await world.start();
    await world.create(customResourceDefinition({ group: 'late.dev', kind: 'Late' }) as NewObject);
    await world.create({ apiVersion: 'late.dev/v1', kind: 'Late', metadata: { name: 'late', namespace: 'default' }, spec: {} });
    await world.advance(10);
    await world.create(example('a'));
    await world.advance(5);
    expect(seen).toEqual(['a']);
    open();
    await world.advance(5);
    expect(seen).toEqual(['a', 'late']);
    await world.close();
  });

  it('[I-23, Y-05] a limit of workers does not keep objects from being indexed, and each is indexed before its own handlers see it', async () => {
    const seen: unknown[] = [];
    const world = await createWorld(
      (kopf) => {
        const xs = kopf.index('KopfExample', ({ name, spec }) => ({ [name]: spec.x as unknown }));
        kopf.on.create('KopfExample', ({ index, name }) => void seen.push([name, index(xs).get(name), index(xs).size]));
        kopf.on.update('KopfExample', ({ index, name }) => void seen.push([name, index(xs).get(name)]));
      },
      { objects: [example('a', { spec: { x: 1 } }), example('b', { spec: { x: 2 } })], settings: { queueing: { workerLimit: 1 } } },
    );
    await world.start();
    await world.settle();
    expect(seen).toEqual([
      ['a', [1], 2],
      ['b', [2], 2],
    ]);
    await world.patch(A, { spec: { x: 3 } });
    await world.settle();
    expect(seen.at(-1)).toEqual(['a', [3]]);
    await world.close();
  });
});

/** What happens to one of three objects of the scripted cluster, or to all of them. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('state' as const), name: fc.constantFrom('p', 'q', 'r'), x: fc.nat(2), y: fc.nat(2) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('deletion' as const), name: fc.constantFrom('p', 'q', 'r') }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('list' as const), left: fc.subarray(['p', 'q', 'r']) }) },
);

describe('an index after any history', () => {
  it('[S16, I-08] holds what the objects that are left say, and nothing of those that went, be it during a gap of the watch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 8 }), async (history) => {
        let index: IndexLookup | undefined;
        let token: IndexToken<string, string> | undefined;
        const world = await startScripted((kopf) => {
          kopf.on.startup((ctx) => void (index = ctx.index));
          token = kopf.index('KopfExample', { id: 'xy', when: ({ spec }) => spec.x !== 0 }, async ({ name, spec }) => {
            if (spec.y === 0) await Promise.resolve();
            return { [`x${String(spec.x)}`]: name, [`y${String(spec.y)}`]: name };
          });
        });
        const model = new Map<string, { readonly x: number; readonly y: number }>();
        let version = 1;
        await world.say({ kind: 'sync-begin', newEpoch: false }, { kind: 'sync-end', resourceVersion: '1' });
        const remove = (name: string, inferred: boolean) => {
          const spec = model.get(name);
          if (spec === undefined) return [];
          model.delete(name);
          version += 1;
          return [{ kind: 'change', type: 'deleted', object: another(name, String(version), spec), inferred } as const];
        };
        for (const one of history) {
          if (one.what === 'state') {
            version += 1;
            const spec = { x: one.x, y: one.y };
            const object = another(one.name, String(version), spec);
            const type = model.has(one.name) ? 'modified' : 'added';
            model.set(one.name, spec);
            await world.say({ kind: 'change', type, object, inferred: false });
          } else if (one.what === 'deletion') await world.say(...remove(one.name, false));
          else {
            const lost = [...model.keys()].filter((name) => !one.left.includes(name));
            const listing = lost.flatMap((name) => remove(name, true));
            await world.say({ kind: 'sync-begin', newEpoch: false }, ...listing, { kind: 'sync-end', resourceVersion: String(version) });
          }
        }
        const expected = new Map<string, string[]>();
        for (const [name, { x, y }] of model) {
          if (x === 0) continue;
          for (const key of [`x${String(x)}`, `y${String(y)}`]) expected.set(key, [...(expected.get(key) ?? []), name].sort());
        }
        if (index === undefined || token === undefined) throw new Error('the operator did not start');
        const found = new Map([...index(token)].map(([key, values]) => [key, [...values].sort()]));
        expect(found).toEqual(expected);
        await world.close();
      }),
      { numRuns: 60 },
    );
  });
});
