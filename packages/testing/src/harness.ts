import type { OperatorConfig } from '@kopfts/core';
import type { OperatorParts } from './operator-instance.js';
import type { SimulatedOperator } from './operator-lives.js';
import { createSimulation, type SimulationOptions, type World } from './simulation.js';

export interface HarnessOptions extends Omit<SimulationOptions, 'operators'> {
  /** Makes the configuration of each life of the operator; put `parts.transport` into its cluster client. */
  readonly config: (parts: OperatorParts) => OperatorConfig;
}

/** One operator, an API server, and their time, in one object. */
export interface Harness extends World, SimulatedOperator {}

const NAME = 'operator';

/** Creates a world with one operator: the server has the kinds and objects, the operator does not run yet. */
export async function createHarness({ config, ...options }: HarnessOptions): Promise<Harness> {
  const { operator: find, ...world } = await createSimulation({ ...options, operators: { [NAME]: config } });
  const operator = find(NAME);
  return {
    ...world,
    ...operator,
    get running() {
      return operator.running;
    },
  };
}
