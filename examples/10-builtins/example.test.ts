import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { inTime, scenarioWith } from './scenario.js';

describe.each([1, 2, 3])('10-builtins (seed %i)', (seed) => {
  it('[EX-10] pods are announced, and their end is called off when somebody else is quicker', () =>
    play(embeddedStage(config, seed), scenarioWith(30)));

  it('[EX-10] a pod that is left alone for thirty seconds is removed, those of the cluster itself are not', () =>
    play(embeddedStage(config, seed), inTime));
});
