import { readFileSync } from 'node:fs';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, type Harness, type NewObject } from '@kopfts/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import config from './kopf.config.js';

const read = (file: string) => parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as NewObject;
const breakfast = { apiVersion: 'kopf.dev/v1', kind: 'Basket', metadata: { name: 'breakfast', namespace: 'default' } };

/** The files of this folder on an API server with a manual clock, and what they print. */
async function startExample(seed: number): Promise<{ world: Harness; printed: () => unknown[] }> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const world = await createHarness({
    seed,
    crds: [read('crd.yaml')],
    objects: [read('object.yaml')],
    config: ({ transport }) => ({ ...config, plugins: [kubernetes({ transport }), annotations()] }),
  });
  onTestFinished(async () => {
    log.mockRestore();
    await world.close();
  });
  await world.start();
  return { world, printed: () => log.mock.calls.map(([line]) => line as unknown) };
}

describe.each([1, 2, 3])('02-sub-handlers (seed %i)', (seed) => {
  it('[EX-07] picks what it can at once, tries again for the rest, and goes on when all is there', async () => {
    const { world, printed } = await startExample(seed);
    await world.settle();
    const first = ['breakfast: weaving the basket.', 'breakfast: one apple.', 'breakfast: one plum.'];
    expect(printed()).toEqual(first);
    await world.advance(7);
    expect(printed()).toEqual([...first, 'breakfast: one cherry.', 'breakfast: complete.']);
    const object = await world.get(breakfast);
    expect(object?.status).toEqual({
      'create_fn/apple': { tries: 1 },
      'create_fn/plum': { tries: 1 },
      'create_fn/cherry': { tries: 3 },
      create_fn: { items: 3 },
    });
    expect(Object.keys(object?.metadata.annotations ?? {}).filter((key) => key.includes('create_fn'))).toEqual([]);
  });

  it('repeats nothing after a restart in the middle', async () => {
    const { world, printed } = await startExample(seed);
    await world.settle();
    const before = printed().length;
    world.kill();
    await world.start();
    await world.advance(7);
    expect(printed().slice(before)).toEqual(['breakfast: one cherry.', 'breakfast: complete.']);
  });

  it('picks what is new when the list grows', async () => {
    const { world, printed } = await startExample(seed);
    await world.advance(7);
    const before = printed().length;
    await world.patch(breakfast, { spec: { items: ['apple', 'cherry', 'plum', 'quince'] } });
    await world.settle();
    expect(printed().slice(before)).toEqual(['breakfast: one quince.']);
    expect((await world.get(breakfast))?.status).toMatchObject({ 'update_fn/spec.items/quince': { tries: 1 } });
  });
});
