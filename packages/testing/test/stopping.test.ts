import { describe, expect, it } from 'vitest';
import { A, createWorld, example, shape } from './world.js';

it('[A9] tries once more when it is stopped, and does not hammer a server that refuses', async () => {
  const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'create_fn' }, () => 'done'));
  await world.start();
  world.faults.add({ kind: 'status', code: 500 }, { when: ({ method }) => method === 'PATCH', times: 1000 });
  await world.create(example());
  await world.settle();
  const before = world.writes().length;
  expect(before).toBeGreaterThan(0);
  await world.stop();
  const atItsEnd = world.writes().length - before;
  expect(atItsEnd).toBeGreaterThanOrEqual(1);
  // What one try comes to, once at the stop and at most twice in the two seconds of grace.
  expect(atItsEnd).toBeLessThanOrEqual(3 * before);
  await world.close();
});

it('[E-34] writes nothing at its end for a handler that it cancels in its first attempt', async () => {
  const world = await createWorld((kopf) => {
    kopf.on.create('KopfExample', { id: 'hanging' }, ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)));
  });
  await world.start();
  await world.create(example());
  await world.settle();
  await world.stop();
  expect(world.writes()).toEqual([]);
  await world.close();
});

describe('[E-34, G-09] does not count a first attempt that it cancels after its beginning was written: the only one there may be', () => {
  const untilStopped = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });

  it.each(['create', 'delete'] as const)('of a handler of %s', async (cause) => {
    const calls: string[] = [];
    const world = await createWorld((kopf) => {
      const once = ({ signal }: { readonly signal: AbortSignal }): Promise<never> | undefined => {
        calls.push(cause);
        return calls.length === 1 ? untilStopped(signal) : undefined;
      };
      if (cause === 'create') kopf.on.create('KopfExample', { id: 'once', retries: 1 }, once);
      else kopf.on.delete('KopfExample', { id: 'once', retries: 1 }, once);
    });
    await world.start();
    await world.create(example());
    await world.settle();
    if (cause === 'delete') await world.delete(A);
    await world.advance(5);
    await world.stop();
    await world.start();
    await world.advance(5);
    expect(calls).toEqual([cause, cause]);
    expect(world.factsOf('handler-ended').map(({ result }) => result)).toEqual(['cancelled', 'succeeded']);
    await world.close();
  });

  it('of a sub-handler', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, ({ register }) => {
        register(
          ({ signal }) => {
            calls += 1;
            return calls === 1 ? untilStopped(signal) : undefined;
          },
          { id: 'child', retries: 1 },
        );
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(5);
    await world.stop();
    await world.start();
    await world.advance(5);
    expect(calls).toBe(2);
    expect(world.factsOf('handler-ended').at(-1)).toMatchObject({ handler: 'parent', result: 'succeeded' });
    await world.close();
  });
});

it('[A5] writes at its end what handlers have achieved', async () => {
  const world = await createWorld((kopf) => {
    kopf.on.create('KopfExample', { id: 'quick' }, () => 'done');
    kopf.on.create('KopfExample', { id: 'hanging' }, ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)));
  });
  await world.start();
  await world.create(example());
  await world.settle();
  await world.stop();
  expect(world.writes().map(shape)).toEqual(['status json', 'main json']);
  await world.close();
});

it('[Q-07] gives handlers that hear nothing the time of the settings, and is over after as long again', async () => {
  const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'deaf' }, () => new Promise(() => undefined)), {
    settings: { queueing: { exitTimeout: 7 } },
  });
  await world.start();
  await world.create(example());
  await world.settle();
  const began = world.clock.monotonicMs();
  await world.stop();
  expect(world.clock.monotonicMs() - began).toBeGreaterThanOrEqual(7000);
  expect(world.clock.monotonicMs() - began).toBeLessThanOrEqual(14_000);
  await world.close();
});

it('[Q-07] lets handlers that take no longer than that come to their end, and writes what they return', async () => {
  const world = await createWorld((kopf) => {
    kopf.on.create('KopfExample', { id: 'slow' }, async () => {
      await world.clock.sleep(1500, new AbortController().signal);
      return 'done';
    });
  });
  await world.start();
  await world.create(example());
  await world.settle();
  await world.stop();
  expect((await world.get(A))?.['status']).toEqual({ slow: 'done' });
  await world.close();
});
