import { createSeededRandom, TemporaryError, type Registry } from '@kopfts/core';
import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, LHC, progressOf, shape, storedEssence, type WorldOptions } from './world.js';

/** An object whose essence is beyond what the API server takes in annotations, created and left alone for an hour. */
async function afterOneHour(options: WorldOptions) {
  const seen: string[] = [];
  const world = await createWorld((kopf) => {
    kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('create'));
    kopf.on.update('KopfExample', { id: 'changed' }, () => void seen.push('update'));
  }, options);
  onTestFinished(() => world.close());
  await world.start();
  await world.create(example('a', { spec: { text: 'x'.repeat(300_000) } }));
  await world.advance('1h');
  return { world, seen };
}

describe('the essence of an object that is too large for annotations', () => {
  it('[B-40] fits into the status: the object is handled, and so are its changes', async () => {
    const { world, seen } = await afterOneHour({ stores: () => [status()] });
    expect(world.factsOf('object-failed')).toEqual([]);
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect(seen).toEqual(['create', 'update']);
    expect(world.writes()).toHaveLength(2);
  });

  it('[B-40] is refused before it is sent: told once with its code, handled once, and nothing is tried again', async () => {
    const { world, seen } = await afterOneHour({});
    expect(seen).toEqual(['create']);
    expect(world.factsOf('object-failed').map(({ error }) => error)).toMatchObject([
      { code: 'KOPF_ESSENCE_TOO_LARGE', remedy: expect.stringContaining('status()') as string },
    ]);
    expect(world.writes()).toEqual([]);
    await world.advance('1d');
    expect(world.writes()).toEqual([]);
  });

  it('[B-40] is remembered: its changes are found as such, and it is stored once it fits', async () => {
    const { world, seen } = await afterOneHour({});
    await world.patch(A, { metadata: { labels: { changed: 'once' } } });
    await world.settle();
    expect(seen).toEqual(['create', 'update']);
    expect(world.factsOf('object-failed')).toHaveLength(1);
    await world.patch(A, { spec: { text: 'short' } });
    await world.settle();
    expect(seen).toEqual(['create', 'update', 'update']);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { text: 'short' }, metadata: { labels: { changed: 'once' } } });
    await world.restart();
    await world.settle();
    expect(seen).toEqual(['create', 'update', 'update']);
  });

  it('[B-40] is handled anew by the next process, for nobody else knows that it was handled', async () => {
    const { world, seen } = await afterOneHour({});
    await world.restart();
    await world.settle();
    expect(seen).toEqual(['create', 'create']);
  });

  it.each([
    { over: -1, what: 'is stored when there is room for one byte more', writes: ['main json'] },
    { over: 0, what: 'is stored when it fills the annotations to the last byte', writes: ['main json'] },
    { over: 1, what: 'is refused when it has one byte more', writes: [] },
  ])('[L-1, B-40] $what', async ({ over, writes }) => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => undefined));
    onTestFinished(() => world.close());
    await world.start();
    const ours = [LHC, `${JSON.stringify({ spec: { text: '' } })}\n`, 'test.kopf.zalando.org/kopf-managed', 'yes'].join('').length;
    await world.create(example('a', { spec: { text: 'x'.repeat(256 * 1024 - ours + over) } }));
    await world.advance('1h');
    expect(world.writes().map(shape)).toEqual(writes);
    expect(world.factsOf('object-failed')).toHaveLength(Math.max(over, 0));
  });
});

/** 1 MiB, and hardly anything in it repeats. */
const noise = (): string => {
  const random = createSeededRandom(1);
  return Array.from({ length: 2 ** 20 }, () => String.fromCharCode(33 + Math.floor(random.next() * 90))).join('');
};

describe('the essence of an object of 1 MiB', () => {
  const declare =
    (seen: string[]) =>
    (kopf: Registry): void => {
      kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('create'));
      kopf.on.update('KopfExample', { id: 'changed' }, ({ old, new: fresh, diff }) => {
        seen.push(`${String(old.spec?.size)} to ${String(fresh.spec.size)}, ${diff.map(({ op }) => op).join()}`);
      });
    };

  it.each([
    { large: 'compress', text: 'some text. '.repeat(100_000), change: '1 to 2, change' },
    { large: 'hash', text: noise(), change: 'undefined to 2, add' },
  ] as const)(
    '[L-3] is kept if annotations may $large it: also the next process handles only what changes',
    async ({ large, text, change }) => {
      const seen: string[] = [];
      const world = await createWorld(declare(seen), { stores: () => [annotations({ large })] });
      onTestFinished(() => world.close());
      await world.start();
      await world.create(example('a', { spec: { size: 1, text } }));
      await world.advance('1m');
      await world.restart();
      await world.advance('1h');
      expect(seen).toEqual(['create']);
      const writes = world.writes().length;
      await world.patch(A, { metadata: { labels: {} }, status: { irrelevant: true } });
      await world.advance('1h');
      expect(world.writes()).toHaveLength(writes);
      await world.patch(A, { spec: { size: 2 } });
      await world.advance('1h');
      expect(seen).toEqual(['create', change]);
      expect(world.factsOf('object-failed')).toEqual([]);
      expect((await world.get(A))?.metadata.annotations?.[LHC]).toMatch(/^\{"@kopfts\/essence":/);
      await world.patch(A, { spec: { size: 3, text: 'short' } });
      await world.advance('1h');
      expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 3, text: 'short' } });
    },
  );

  it('is refused if it cannot be compressed to what fits', async () => {
    const world = await createWorld(declare([]), { stores: () => [annotations({ large: 'compress' })] });
    onTestFinished(() => world.close());
    await world.start();
    await world.create(example('a', { spec: { text: noise() } }));
    await world.advance('1h');
    expect(world.factsOf('object-failed').map(({ error }) => error.code)).toEqual(['KOPF_ESSENCE_TOO_LARGE']);
  });

  it.each(['deflate-raw 2', 'sha-256 2', 'zstd 1'])(
    '[SEC20] is left alone, and so is its object, if a newer version stored it as %s',
    async (form) => {
      const seen: string[] = [];
      const world = await createWorld(declare(seen), { stores: () => [annotations({ large: 'compress' })] });
      onTestFinished(() => world.close());
      const text = JSON.stringify({ '@kopfts/essence': form, data: 'x' });
      await world.start();
      await world.create(example('a', { spec: { size: 1 }, metadata: { annotations: { [LHC]: text } } }));
      await world.advance('1h');
      expect(seen).toEqual([]);
      expect(world.writes()).toEqual([]);
      expect(world.factsOf('object-failed')[0]?.error).toMatchObject({
        code: 'KOPF_STORE_FORMAT',
        remedy: expect.stringContaining(LHC) as string,
      });
      // Once the annotation is gone, by a newer version or by hand, all goes on.
      await world.patch(A, { metadata: { annotations: { [LHC]: null } } });
      await world.advance('15m');
      expect(seen).toEqual(['create']);
    },
  );

  it.each([
    '{"@kopfts/essence":"deflate-raw 1","data":"nonsense"}',
    '{"@kopfts/essence":"deflate-raw 1"}',
    '{"@kopfts/essence":"sha-256 1","hash":7}',
    '{"@kopfts/essence":["of another kind"]}',
  ])('is nothing if it was made up by somebody, as %s: the object is handled as created, and it is replaced', async (text) => {
    const seen: string[] = [];
    const world = await createWorld(declare(seen), { stores: () => [annotations({ large: 'compress' })] });
    onTestFinished(() => world.close());
    await world.start();
    await world.create(example('a', { spec: { size: 1 }, metadata: { annotations: { [LHC]: text } } }));
    await world.advance('1h');
    expect(seen).toEqual(['create']);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 1 } });
  });
});

it('[L-1, L-9] a message that is longer than annotations may be is cut in the record: the handler is tried again in time, and the object goes when it is to', async () => {
  let calls = 0;
  const world = await createWorld((kopf) => {
    kopf.on.create('KopfExample', { id: 'made' }, () => {
      calls += 1;
      throw new TemporaryError(`it said: ${'x'.repeat(300_000)}`, { delay: 10 });
    });
    kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
  });
  onTestFinished(() => world.close());
  await world.start();
  await world.create(example());
  await world.advance(35);
  expect(calls).toBe(4);
  expect(progressOf(await world.get(A))).toMatchObject({
    made: { retries: 4, message: expect.stringMatching(/^it said: x{4086}…$/) as string },
  });
  await world.delete(A);
  await world.advance(5);
  expect(await world.get(A)).toBeUndefined();
});
