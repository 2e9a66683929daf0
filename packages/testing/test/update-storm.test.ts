import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Harness, ObjectIdentity } from '../src/index.js';
import { entriesOf } from '../src/index.js';
import { createWorld, example, patchesOf } from './world.js';

const OBJECTS = 500;
const CHANGES = 10;
/** A cluster that is far away: requests take longer than the changes of somebody who is near. */
const WRITE_MS = 200;
const GAP_MS = 20;

const named = (name: string): ObjectIdentity => ({
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name, namespace: 'default' },
});
const NAMES = Array.from({ length: OBJECTS }, (_, index) => `object-${String(index)}`);

/** All objects change ten times, each at its own moments. */
async function storm(world: Harness): Promise<void> {
  for (let change = 1; change <= CHANGES; change += 1)
    for (let part = 0; part < 5; part += 1) {
      for (const name of NAMES.filter((_, index) => index % 5 === part)) await world.patch(named(name), { spec: { n: change } });
      await world.advance(GAP_MS / 5 / 1000);
    }
}

/** What the results of each object were, in the order in which they were committed. */
function resultsOf(world: Harness): ReadonlyMap<string, readonly number[]> {
  const results = new Map<string, number[]>(NAMES.map((name) => [name, []]));
  for (const { name, after } of entriesOf(world.history, 'commit')) {
    const { seen } = (after?.['status'] ?? {}) as { readonly seen?: number };
    if (seen !== undefined) results.get(name)?.push(seen);
  }
  return results;
}

describe('a storm of updates', () => {
  it.each([
    ['in annotations', () => [annotations()]],
    ['in the status', () => [status()]],
  ])(
    'of 500 objects costs at most 0.6 writes per change, and leaves nothing wrong, with the memory %s',
    { timeout: 120_000 },
    async (_, stores) => {
      const world = await createWorld(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void (patch.status['seen'] = 0));
          kopf.on.update('KopfExample', { id: 'changed' }, ({ spec, patch }) => void (patch.status['seen'] = spec['n']));
        },
        { stores, objects: NAMES.map((name) => example(name, { spec: { n: 0 } })) },
      );
      onTestFinished(() => world.close());
      await world.start();
      await world.advance(5);
      const before = patchesOf(world).length;
      world.faults.add({ kind: 'delay', ms: WRITE_MS }, { when: ({ method }) => method === 'PATCH', times: Infinity });
      await storm(world);
      await world.advance(60);
      expect(patchesOf(world).length - before).toBeLessThanOrEqual(0.6 * OBJECTS * CHANGES);
      const results = resultsOf(world);
      expect([...results].filter(([, seen]) => seen.some((value, index) => value < (seen[index - 1] ?? 0)))).toEqual([]);
      expect([...results].filter(([, seen]) => seen.at(-1) !== CHANGES).map(([name]) => name)).toEqual([]);
      const settled = patchesOf(world).length;
      await world.advance(600);
      expect(patchesOf(world)).toHaveLength(settled);
    },
  );
});
