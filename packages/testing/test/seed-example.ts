import { createRegistry, defineConfig, PRESENT } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition, type Harness, type NewObject } from '../src/index.js';

/** The seed example of the design in a world of its own; what it would print, and how often its creation handler ran. */
export interface SeedExample {
  readonly world: Harness;
  readonly printed: string[];
  readonly created: readonly string[];
}

export const example: NewObject = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'my-example', namespace: 'default' },
  spec: { name: 'cluster' },
};
export const identity = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name: 'my-example', namespace: 'default' } } as const;

/** The operator is not started yet. */
export async function createSeedExample(seed: number): Promise<SeedExample> {
  const printed: string[] = [];
  const created: string[] = [];
  const kopf = createRegistry();
  kopf.on.create('KopfExample', ({ name, spec, patch }) => {
    created.push(name);
    patch.status.name = spec.name ?? 'world';
  });
  kopf.on.event('KopfExample', { field: 'status.name', value: PRESENT }, ({ memo, status }) => {
    memo.lastName = status.name;
  });
  kopf.timer('KopfExample', { interval: 5, when: ({ memo }) => 'lastName' in memo }, ({ memo }) => {
    printed.push(`Hello, ${String(memo.lastName)}!`);
  });
  const world = await createHarness({
    seed,
    crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
    config: ({ transport }) =>
      defineConfig({ name: 'hello', handlers: [kopf], namespaces: ['default'], plugins: [kubernetes({ transport }), annotations()] }),
  });
  return { world, printed, created };
}
