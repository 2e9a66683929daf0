import { customResourceDefinition, type NewObject } from '@kopfts/testing';
import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play, type ObjectName } from '../shared/stage.js';
import { createHandlers } from './handlers.js';
import clusterConfig from './kopf.config.js';
import { definition, growing, scenarioWith, STAND_IN } from './scenario.js';

const config = { ...clusterConfig, handlers: [createHandlers(STAND_IN)] };
const standIn = customResourceDefinition({ group: 'kopf.dev', kind: STAND_IN.kind }) as NewObject & ObjectName;

describe.each([1, 2, 3])('90-volumes (seed %i)', (seed) => {
  const stage = () => embeddedStage(config, seed, [definition, standIn]);

  it('[EX-90] the tutorial: a claim that follows its object in labels, and is refused without a size', () =>
    play(stage(), scenarioWith(STAND_IN)));

  it('[EX-90] the tutorial: a claim that grows with its object', () => play(stage(), growing));
});
