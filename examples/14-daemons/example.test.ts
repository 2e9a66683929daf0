import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('14-daemons (seed %i)', (seed) => {
  it('[EX-14] daemons run beside everything else, see the newest state, and end with the object', () =>
    play(embeddedStage(config, seed), scenario));
});
