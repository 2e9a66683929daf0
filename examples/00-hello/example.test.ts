import { readFileSync } from 'node:fs';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, type Harness, type NewObject } from '@kopfts/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import config from './kopf.config.js';

const read = (file: string) => parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as NewObject;
const hello = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'hello', namespace: 'default' } };

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

describe.each([1, 2, 3])('00-hello (seed %i)', (seed) => {
  it('greets every five seconds by the name of the object', async () => {
    const { world, printed } = await startExample(seed);
    await world.advance(16);
    expect(printed()).toEqual(['Hello, world!', 'Hello, world!', 'Hello, world!', 'Hello, world!']);
    expect((await world.get(hello))?.status).toEqual({ name: 'world' });
  });

  it('greets by another name after a change from outside', async () => {
    const { world, printed } = await startExample(seed);
    await world.advance(1);
    await world.mergeStatus(hello, { name: 'Ada' });
    await world.advance(5);
    expect(printed()).toEqual(['Hello, world!', 'Hello, Ada!']);
  });

  it('greets on after a restart, without writing anything', async () => {
    const { world, printed } = await startExample(seed);
    const before = world.writes().length;
    await world.restart();
    await world.advance(6);
    expect(printed().at(-1)).toBe('Hello, world!');
    expect(world.writes()).toHaveLength(before);
  });

  it('falls silent when the object is gone', async () => {
    const { world, printed } = await startExample(seed);
    await world.delete(hello);
    await world.settle();
    const before = printed().length;
    await world.advance(30);
    expect(printed()).toHaveLength(before);
  });
});
