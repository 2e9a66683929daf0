import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('03-exceptions (seed %i)', (seed) => {
  it('[EX-03] errors of three kinds: retried, retried until the limit, and final', () => play(embeddedStage(config, seed), scenario));
});
