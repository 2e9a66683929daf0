import { describe, expect, it } from 'vitest';
import { createWorld, example, storedEssence } from './world.js';

const MINUTE = 60;
const OBJECTS = 200;
const names = Array.from({ length: OBJECTS }, (_, index) => `o-${String(index)}`);

describe('an outage of the API server', () => {
  it('[C9, L9] with hundreds of objects waiting is met with less than a request a second, and over within a minute', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void (calls += 1)), {
      settings: { posting: { enabled: false } },
    });
    await world.start();
    await world.advance(1);
    world.faults.add({ kind: 'status', code: 500 }, { when: ({ method }) => method === 'PATCH', times: Infinity });
    for (const name of names) await world.create(example(name));
    await world.advance(2 * MINUTE);
    const before = world.calls.length;
    await world.advance(10 * MINUTE);
    expect((world.calls.length - before) / (10 * MINUTE)).toBeLessThanOrEqual(1);
    expect(before).toBeLessThan(2 * OBJECTS);
    world.faults.clear();
    const healed = world.calls.length;
    await world.advance(MINUTE);
    // Each object once, and whoever asked: no handler again, no request that was not needed.
    expect(world.calls.length - healed).toBeLessThanOrEqual(1.1 * OBJECTS);
    expect(calls).toBe(OBJECTS);
    for (const name of names) {
      expect(
        storedEssence(await world.get({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name, namespace: 'default' } })),
      ).toEqual({
        spec: {},
      });
    }
    await world.close();
  }, 60_000);
});
