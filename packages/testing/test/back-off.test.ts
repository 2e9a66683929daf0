import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

/** A filter that throws is an unexpected error of the pass: not of a handler, and not of the cluster. */
async function withBrokenFilter(errorDelays?: Iterable<number>) {
  const state = { broken: true, looks: [] as number[], handled: [] as unknown[] };
  const world = await createWorld(
    (kopf) => {
      const when = ({ name }: { name: string }): boolean => {
        if (name !== 'a') return true;
        state.looks.push(world.clock.monotonicMs() / 1000);
        if (state.broken) throw new Error('broken filter');
        return true;
      };
      kopf.on.create('KopfExample', { id: 'made', when }, ({ name, spec }) => void state.handled.push([name, spec.x]));
    },
    errorDelays === undefined ? {} : { settings: { queueing: { errorDelays } } },
  );
  await world.start();
  const began = world.clock.monotonicMs() / 1000;
  const looks = (): number[] => [...new Set(state.looks.map((at) => at - began))];
  return { world, state, looks };
}

function* forEver(): Generator<number> {
  for (let seconds = 1; ; seconds *= 2) yield Math.min(seconds, 100);
}

describe('back-off of one object', () => {
  it('[Q-20, Q-21] an unexpected error is told, and the object is looked at again after the delays of the list', async () => {
    const { world, looks } = await withBrokenFilter();
    await world.create(example('a'));
    await world.advance(40);
    expect(looks()).toEqual([0, 1, 2, 4, 7, 12, 20, 33]);
    const failed = world.factsOf('object-failed');
    expect(failed.map(({ retryInMs }) => retryInMs)).toEqual([1000, 1000, 2000, 3000, 5000, 8000, 13_000, 21_000]);
    expect(failed[0]).toMatchObject({ object: { name: 'a' }, error: { message: 'broken filter' } });
    await world.close();
  });

  it('[Q-23] its last state is handled after the error has gone, without anything new', async () => {
    const { world, state } = await withBrokenFilter();
    await world.create(example('a', { spec: { x: 1 } }));
    await world.advance(2.5);
    state.broken = false;
    await world.advance(2);
    expect(state.handled).toEqual([['a', 1]]);
    await world.close();
  });

  it('[Q-22] what comes meanwhile waits for the end of the delay, and only the newest of it is handled', async () => {
    const { world, state } = await withBrokenFilter([10]);
    await world.create(example('a', { spec: { x: 1 } }));
    await world.advance(4);
    state.broken = false;
    await world.patch(A, { spec: { x: 2 } });
    await world.advance(3);
    await world.patch(A, { spec: { x: 3 } });
    await world.advance(2.9);
    expect(state.handled).toEqual([]);
    await world.advance(0.2);
    expect(state.handled).toEqual([['a', 3]]);
    await world.close();
  });

  it('[Q-24] the delays begin anew after a success', async () => {
    const { world, state } = await withBrokenFilter([1, 50]);
    await world.create(example('a'));
    await world.advance(0.5);
    state.broken = false;
    await world.advance(1);
    state.broken = true;
    await world.patch(A, { spec: { x: 2 } });
    await world.settle();
    expect(world.factsOf('object-failed').map(({ retryInMs }) => retryInMs)).toEqual([1000, 1000]);
    await world.close();
  });

  it('[Q-24] an object that is gone is forgotten at once, whatever it waits for, and its name is served anew', async () => {
    const { world, state } = await withBrokenFilter([3600]);
    await world.create(example('a'));
    await world.settle();
    await world.delete(A);
    await world.settle();
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    state.broken = false;
    await world.create(example('a'));
    await world.settle();
    expect(state.handled).toHaveLength(1);
    await world.close();
  });

  it('[Q-08] the others are not held up, and the operator lives on', async () => {
    const { world, state } = await withBrokenFilter([3600]);
    await world.create(example('a'));
    await world.create(example('b'));
    await world.settle();
    expect(state.handled).toEqual([['b', undefined]]);
    expect([world.running, world.factsOf('operator-stopped')]).toEqual([true, []]);
    await world.close();
  });

  it('[Q-21] the delays may be a list without end', async () => {
    const { world, looks } = await withBrokenFilter(forEver());
    await world.create(example('a'));
    await world.advance(20);
    expect(looks()).toEqual([0, 1, 3, 7, 15]);
    await world.close();
  });

  it('[Q-21] without delays the error is told, and the object looked at again when it changes', async () => {
    const { world, state, looks } = await withBrokenFilter([]);
    await world.create(example('a'));
    await world.advance('1h');
    expect(looks()).toEqual([0]);
    expect(world.factsOf('object-failed')).toMatchObject([{ error: { message: 'broken filter' } }]);
    state.broken = false;
    await world.patch(A, { spec: { x: 2 } });
    await world.settle();
    expect(state.handled).toEqual([['a', 2]]);
    await world.close();
  });

  it('[Q-25] the end of the operator is no error of an object', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create(
        'KopfExample',
        { id: 'long' },
        ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      );
    });
    await world.start();
    await world.create(example('a'));
    await world.settle();
    await world.stop();
    expect(world.factsOf('object-failed')).toEqual([]);
    expect(world.factsOf('handler-ended')).toMatchObject([{ result: 'cancelled' }]);
    await world.close();
  });
});
