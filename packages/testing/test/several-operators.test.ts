// Several operators on the same objects: each has its own memory, and what the others keep there is no change for it.
import { createRegistry, defineConfig, type OperatorConfig, TemporaryError } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations, status } from '@kopfts/persistence-annotations';
import { expect, it, onTestFinished } from 'vitest';
import { createSimulation, customResourceDefinition } from '../src/index.js';
import { A, example, KIND } from './world.js';

it.each<{ where: string; stores: Readonly<Record<string, () => NonNullable<OperatorConfig['plugins']>>> }>([
  { where: 'annotations', stores: { one: () => [annotations()], two: () => [annotations()] } },
  {
    where: 'annotations under prefixes of their own',
    stores: { one: () => [annotations({ prefix: 'one.example.com' })], two: () => [annotations({ prefix: 'two.example.com' })] },
  },
  { where: 'the status', stores: { one: () => [status()], two: () => [status()] } },
  { where: 'annotations and the status', stores: { one: () => [annotations()], two: () => [status()] } },
])('[ST-47, C-03, B-32] handle a change once each, and then leave each other alone: $where', async ({ stores }) => {
  const seen: string[] = [];
  const configOf = (name: string) => (parts: { readonly transport: never }) => {
    const kopf = createRegistry();
    kopf.on.create('KopfExample', { id: 'made' }, ({ retry }) => {
      seen.push(`${name} create ${String(retry)}`);
      if (retry === 0) throw new TemporaryError('not yet', { delay: 5 });
    });
    kopf.on.update('KopfExample', { id: 'changed' }, () => void seen.push(`${name} update`));
    kopf.on.update('KopfExample', { id: 'status', field: 'status' }, () => void seen.push(`${name} status`));
    return defineConfig({ name, handlers: [kopf], plugins: [kubernetes({ transport: parts.transport }), ...(stores[name]?.() ?? [])] });
  };
  const world = await createSimulation({
    crds: [customResourceDefinition(KIND)],
    operators: { one: configOf('one') as never, two: configOf('two') as never },
  });
  onTestFinished(() => world.close());
  await world.operator('one').start();
  await world.operator('two').start();
  await world.create(example('a', { spec: { size: 1 } }));
  await world.advance('10m');
  expect(seen.sort()).toEqual(['one create 0', 'one create 1', 'two create 0', 'two create 1']);
  seen.length = 0;
  await world.patch(A, { spec: { size: 2 } });
  await world.advance('10m');
  expect(seen.sort()).toEqual(['one update', 'two update']);
});
