import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('02-children (seed %i)', (seed) => {
  it('[EX-02, HI-01] a pod that belongs to the handled object', () => play(embeddedStage(config, seed), scenario));
});
