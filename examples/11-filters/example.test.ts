import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('11-filters (seed %i)', (seed) => {
  it('[EX-11] only the handlers whose filters match are called', () => play(embeddedStage(config, seed), scenario));
});
