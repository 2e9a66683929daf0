import { status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, type WorldOptions } from './world.js';

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

  it('[B-40] is refused there: this is told, its handlers are not repeated, and the attempts to write it get rare', async () => {
    const { world, seen } = await afterOneHour({});
    expect(seen).toEqual(['create']);
    expect(world.factsOf('object-failed')[0]?.error).toMatchObject({ message: expect.stringContaining('262144') as string });
    const { length } = world.writes();
    await world.advance('1h');
    expect(world.writes().length - length).toBeLessThanOrEqual(6);
    expect(seen).toEqual(['create']);
  });
});
