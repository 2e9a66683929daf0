import { expect, it } from 'vitest';
import { createWorld, example } from './world.js';

it('how long objects wait for a worker is told: the second of two, with one worker, waits for the first', async () => {
  const world = await createWorld(
    (kopf) =>
      kopf.on.create('KopfExample', { id: 'slow' }, async () => {
        await world.clock.sleep(5000, new AbortController().signal);
      }),
    { objects: [example('a'), example('b')], settings: { queueing: { workerLimit: 1 } } },
  );
  await world.start();
  await world.advance('1m');
  expect(world.factsOf('turn-awaited').length).toBeGreaterThan(0);
  const waited = world.factsOf('turn-taken').map(({ waitedMs }) => waitedMs);
  expect([Math.min(...waited), Math.max(...waited)]).toEqual([0, 5000]);
  expect(world.factsOf('turn-ended').length).toBe(waited.length);
  expect(world.factsOf('turn-ended').filter(({ tookMs }) => tookMs >= 5000)).toHaveLength(2);
  await world.close();
});

it('a watch with nothing to tell gives a sign of life by its bookmarks', async () => {
  const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined));
  await world.start();
  const before = world.factsOf('bookmark-seen').length;
  await world.advance('3m');
  expect(world.factsOf('bookmark-seen').length).toBeGreaterThan(before);
  await world.close();
});
