import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('01-minimal (seed %i)', (seed) => {
  it('[EX-01] one handler: its result is in the status, and the object needs no finalizer', () =>
    play(embeddedStage(config, seed), scenario));
});
