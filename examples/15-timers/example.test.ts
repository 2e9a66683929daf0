import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('15-timers (seed %i)', (seed) => {
  it('[EX-15] timers tick only while the object is left alone', () => play(embeddedStage(config, seed), scenario));
});
