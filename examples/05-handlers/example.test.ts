import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('05-handlers (seed %i)', (seed) => {
  it('[EX-05, H-27] handlers of every kind of change, in the order of their declaration', () =>
    play(embeddedStage(config, seed), scenario));
});
