import { expect, it } from 'vitest';
import { createWorld, example } from './world.js';

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
