import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createSimulation, customResourceDefinition, type SimulationOptions } from '@kopfts/testing';
import handlers from './handlers.js';

const crds = [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })];
type ConfigOf = SimulationOptions['operators'][string];
const named =
  (name: string): ConfigOf =>
  ({ transport }) =>
    defineConfig({ name, handlers: [handlers], plugins: [kubernetes({ transport }), annotations()] });
const configOfOne = named('one');
const configOfTwo = named('two');

export async function twoOperators() {
  const world = await createSimulation({ seed: 1, crds, operators: { one: configOfOne, two: configOfTwo } });
  await world.operator('one').start();
  await world.operator('two').start();
  world.operator('one').kill();
  return world;
}
