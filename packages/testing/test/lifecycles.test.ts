import { allAtOnce, asap, oneByOne, shuffled, type Lifecycle } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf, shape } from './world.js';

describe('lifecycles', () => {
  it.each([{ lifecycle: asap }, { lifecycle: oneByOne }])(
    '[L-07, Y-11] with $lifecycle.name each handler takes a pass and a write of its own, at once',
    async ({ lifecycle }) => {
      const seen: string[] = [];
      const world = await createWorld(
        (kopf) => {
          for (const id of ['a', 'b', 'c']) kopf.on.create('KopfExample', { id }, () => void seen.push(id));
        },
        { settings: { execution: { lifecycle } } },
      );
      await world.start();
      await world.create(example());
      await world.settle();
      expect(seen).toEqual(['a', 'b', 'c']);
      expect(world.writes().map(shape)).toEqual(['main json', 'main json', 'main json']);
      expect(world.factsOf('cause-detected').filter(({ reason }) => reason === 'create')).toHaveLength(3);
      await world.close();
    },
  );

  it('[L-06] asap tries what was not tried yet before what failed', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'failing', backoff: 0 }, ({ retry }) => {
          seen.push(`failing ${retry}`);
          if (retry < 2) throw new Error('boom');
        });
        kopf.on.create('KopfExample', { id: 'fine' }, () => void seen.push('fine'));
      },
      { settings: { execution: { lifecycle: asap } } },
    );
    await world.start();
    await world.create(example());
    await world.advance(1);
    expect(seen).toEqual(['failing 0', 'fine', 'failing 1', 'failing 2']);
    await world.close();
  });

  it('[L-01, E-02] a function of the user gets who is due, the state of all, and the arguments; what it returns runs in its order', async () => {
    const asked: unknown[] = [];
    const seen: string[] = [];
    const backwards: Lifecycle = (candidates, { state, reason, spec, name, memo, random }) => {
      asked.push({
        due: candidates.map(({ id, param }) => [id, param]),
        states: [...state].map(([id, { retries, awakened, sleeping, finished }]) => [id, retries, awakened, sleeping, finished]),
        args: [reason, spec.size, name, typeof memo, typeof random()],
      });
      return candidates.toReversed();
    };
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'a', param: 1, backoff: 5 }, ({ retry }) => {
          seen.push('a');
          if (retry === 0) throw new Error('boom');
        });
        kopf.on.create('KopfExample', { id: 'b' }, () => void seen.push('b'));
      },
      { settings: { execution: { lifecycle: backwards } } },
    );
    await world.start();
    await world.create(example('a', { spec: { size: 3 } }));
    await world.advance(1);
    // Somebody changes something while nobody is due: then there is nothing to be asked.
    await world.patch(A, { metadata: { labels: { some: 'thing' } } });
    await world.advance(5);
    expect(seen).toEqual(['b', 'a', 'a']);
    const args = ['create', 3, 'a', 'object', 'number'];
    expect(asked).toEqual([
      {
        due: [
          ['a', 1],
          ['b', undefined],
        ],
        states: [
          ['a', 0, true, false, false],
          ['b', 0, true, false, false],
        ],
        args,
      },
      {
        due: [['a', 1]],
        states: [
          ['a', 1, true, false, false],
          ['b', 1, false, false, true],
        ],
        args,
      },
    ]);
    await world.close();
  });

  it('[L-09, SH-06] that of the settings holds for sub-handlers, too, unless `execute` says another one; events know none', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        const note = (name: string) => () => void seen.push(name);
        kopf.on.create('KopfExample', { id: 'parent' }, async ({ register, execute }) => {
          seen.push('parent');
          await execute({ a: note('a'), b: note('b') }, { lifecycle: allAtOnce });
          register(note('c'), { id: 'c' });
          register(note('d'), { id: 'd' });
        });
        kopf.on.event('KopfExample', { id: 'e', when: ({ type }) => type === 'ADDED' }, note('e'));
        kopf.on.event('KopfExample', { id: 'f', when: ({ type }) => type === 'ADDED' }, note('f'));
      },
      { settings: { execution: { lifecycle: oneByOne } } },
    );
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['e', 'f', 'parent', 'a', 'b', 'c', 'parent', 'd']);
    await world.close();
  });

  it.each([
    {
      what: 'throws',
      broken: (): never => {
        throw new Error('boom');
      },
      says: /'broken' threw: boom/,
    },
    { what: 'returns no list', broken: () => 1, says: /'broken' did not return a list/ },
    { what: 'returns a promise', broken: async () => [], says: /'broken' did not return a list/ },
    { what: 'returns a stranger', broken: () => [{ id: 'made' }], says: /'broken' returned something/ },
    { what: 'returns a handler twice', broken: (all: readonly unknown[]) => [...all, ...all], says: /'broken' returned a handler twice/ },
  ])('[L-01, H-33] one that $what is one coded error that names it; the object backs off', async ({ broken, says }) => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void (calls += 1)), {
      settings: { execution: { lifecycle: broken as unknown as Lifecycle } },
    });
    await world.start();
    await world.create(example());
    await world.advance(2.5);
    expect(calls).toBe(0);
    expect(world.writes()).toEqual([]);
    const failures = world.factsOf('object-failed');
    expect(failures.map(({ retryInMs }) => retryInMs)).toEqual([1000, 1000, 2000]);
    for (const { error } of failures)
      expect(error).toMatchObject({ code: 'KOPF_LIFECYCLE_FAILED', message: expect.stringMatching(says) as string });
    await world.close();
  });

  it('[L-01] one that leaves out all is asked again after a second, also for sub-handlers', async () => {
    let open = false;
    const seen: string[] = [];
    const later: Lifecycle = (candidates) => (open ? candidates : []);
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        seen.push('parent');
        await execute({ child: () => void seen.push('child') }, { lifecycle: later });
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(2.5);
    expect(seen).toEqual(['parent', 'parent', 'parent']);
    open = true;
    await world.advance(1);
    expect(seen.slice(3)).toEqual(['parent', 'child']);
    expect(progressOf(await world.get(A))).toEqual({});
    await world.close();

    open = false;
    const top = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('made')), {
      settings: { execution: { lifecycle: later } },
    });
    await top.start();
    await top.create(example());
    await top.advance(2.5);
    expect(top.factsOf('object-waiting').map(({ until, at }) => until - at)).toEqual([1000, 1000, 1000]);
    open = true;
    await top.advance(1);
    expect(seen.at(-1)).toBe('made');
    await top.close();
  });

  it('[L-05] shuffled runs all in one pass, in an order that the seed decides', async () => {
    const orderOf = async (seed: number): Promise<string> => {
      const seen: string[] = [];
      const world = await createWorld(
        (kopf) => {
          for (const id of ['a', 'b', 'c', 'd', 'e']) kopf.on.create('KopfExample', { id }, () => void seen.push(id));
        },
        { seed, settings: { execution: { lifecycle: shuffled } } },
      );
      await world.start();
      await world.create(example());
      await world.settle();
      expect(world.writes()).toHaveLength(1);
      await world.close();
      expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
      return seen.join('');
    };
    const orders = [await orderOf(1), await orderOf(2), await orderOf(3)];
    expect(new Set(orders).size).toBeGreaterThan(1);
    expect(await orderOf(1)).toBe(orders[0]);
  });
});
