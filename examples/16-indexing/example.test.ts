import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('16-indexing (seed %i)', (seed) => {
  it('[EX-16] a timer counts what the indexes of pods hold', () => play(embeddedStage(config, seed), scenario));
});
