import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('99-all-at-once (seed %i)', (seed) => {
  it('[EX-99] handlers of every kind at one operator, each called as often as it should be', () =>
    play(embeddedStage(config, seed), scenario));
});
