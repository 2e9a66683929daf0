// The operator that docs/migrating-from-kopf.md shows beside its Python: it is what is compiled and run here.
import { readFileSync } from 'node:fs';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import config from './support/migrated/kopf.config.js';
import { A, example, KIND } from './world.js';

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
const page = text('../../../docs/migrating-from-kopf.md');

async function open() {
  const world = await createHarness({
    crds: [customResourceDefinition(KIND)],
    config: ({ transport }) => ({ ...config, plugins: [kubernetes({ transport }), annotations()] }),
  });
  onTestFinished(() => world.close());
  await world.start();
  return world;
}

describe('the operator in the guide for those who come from Kopf', () => {
  it.each(['handlers.ts', 'kopf.config.ts'])('is shown as it is compiled here: %s', (file) => {
    expect(page).toContain(`\`\`\`ts\n${text(`support/migrated/${file}`)}\`\`\`\n`);
  });

  it('leaves on objects what the one in Python leaves', async () => {
    const world = await open();
    await world.create(example('a', { spec: { size: 'L', items: ['pear', 'fig'] }, metadata: { labels: { watched: 'yes' } } }));
    await world.advance(61);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({
      create_fn: { size: 'L' },
      'create_fn/pear': { length: 4 },
      'create_fn/fig': { length: 3 },
      tick: { ticks: 2 },
    });
    expect(object?.metadata).toMatchObject({
      labels: { size: 'L', watched: 'yes' },
      finalizers: ['kopf.zalando.org/KopfFinalizerMarker'],
    });
    expect(Object.keys(object?.metadata.annotations ?? {})).toEqual(['kopf.zalando.org/last-handled-configuration']);
    await world.delete(A);
    await world.settle();
    expect(await world.get(A)).toBeUndefined();
  });

  it('waits, gives up and posts as the one in Python does', async () => {
    const world = await open();
    const ends = () =>
      world.factsOf('handler-ended').flatMap(({ handler, result, retryInMs }) => (handler === 'create_fn' ? [[result, retryInMs]] : []));
    await world.create(example('a', { spec: { size: 'L', paused: true } }));
    await world.settle();
    expect(ends()).toEqual([['retry', 30_000]]);
    await world.patch(A, { spec: { paused: null } });
    await world.advance(31);
    expect(ends()).toEqual([
      ['retry', 30_000],
      ['succeeded', undefined],
    ]);
    await world.create(example('b'));
    await world.settle();
    expect(ends().at(-1)).toEqual(['failed', undefined]);
    // `posting.level` is `warn`: what is only information stays with the operator.
    expect(world.calls.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});
