// Handlers that never settle, and do not listen to their signal.
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, storedEssence } from './world.js';

describe('a handler that never settles and ignores its signal', () => {
  it('[M4, S1] has failed when its time and the patience are over, and holds its object, and nothing else, until then', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'deaf', timeout: 30 }, ({ name, signal }) => {
          seen.push(`deaf ${name}`);
          signal.addEventListener('abort', () => seen.push('told'));
          return name === 'a' ? new Promise(() => undefined) : undefined;
        });
        kopf.on.create('KopfExample', { id: 'next' }, ({ name }) => void seen.push(`next ${name}`));
        kopf.on.update('KopfExample', { id: 'changed' }, ({ name }) => void seen.push(`changed ${name}`));
      },
      { settings: { execution: { cancellationTimeout: 20 } } },
    );
    onTestFinished(() => world.close());
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.settle();
    await world.patch(A, { spec: { changed: true } });
    await world.advance(29);
    expect(seen).toEqual(['deaf a', 'deaf b', 'next b']);
    await world.advance(20);
    expect(seen).toEqual(['deaf a', 'deaf b', 'next b', 'told']);
    await world.advance(5);
    expect(seen).toEqual(['deaf a', 'deaf b', 'next b', 'told', 'next a', 'changed a']);
    expect(world.factsOf('handler-abandoned')).toMatchObject([{ handler: 'deaf', family: 'change', why: 'timed-out', abandoned: 1 }]);
    const ended = world.factsOf('handler-ended').find(({ handler, object }) => handler === 'deaf' && object.name === 'a');
    expect(ended).toMatchObject({ result: 'failed', error: { code: 'KOPF_HANDLER_TIMEOUT' } });
    expect(storedEssence(await world.get(A))).toEqual({ spec: { changed: true } });
    await world.advance('1h');
    expect(seen).toHaveLength(6);
  });

  it('[M4] counts for nothing when it settles after all, and is no longer counted', async () => {
    const settle: (() => void)[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'late', timeout: 1 }, async ({ patch }) => {
        await new Promise<void>((resolve) => settle.push(resolve));
        patch.status.late = true;
        return 'late';
      });
    });
    onTestFinished(() => world.close());
    const abandoned = () => world.factsOf('handler-abandoned').map((fact) => fact.abandoned);
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.advance(62);
    expect(abandoned()).toEqual([1, 2]);
    for (const one of settle) one();
    await world.advance(10);
    expect((await world.get(A))?.['status']).toBeUndefined();
    await world.create(example('c'));
    await world.advance(62);
    expect(abandoned()).toEqual([1, 2, 1]);
  });

  it('[Y-19, E5] is given up when its object is deleted: it is named and counted, and its end is no success', async () => {
    const calls: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, async () => {
        await world.clock.sleep(300_000, new AbortController().signal);
        return 'made';
      });
      kopf.on.delete('KopfExample', { id: 'bye' }, ({ status }) => void calls.push([world.clock.monotonicMs() / 1000, status.made]));
    });
    onTestFinished(() => world.close());
    await world.start();
    const began = world.clock.monotonicMs() / 1000;
    await world.create(example());
    await world.advance(10);
    await world.delete(A);
    await world.advance(59);
    expect(calls).toEqual([]);
    await world.advance(2);
    expect(calls).toEqual([[began + 70, undefined]]);
    expect(world.factsOf('handler-abandoned')).toMatchObject([{ handler: 'made', family: 'change', why: 'object-deleted', abandoned: 1 }]);
    expect(await world.get(A)).toBeUndefined();
    await world.advance('10m');
    expect(world.factsOf('handler-ended').map(({ handler, result }) => [handler, result])).toEqual([
      ['bye', 'succeeded'],
      ['made', 'cancelled'],
    ]);
  });
});
