import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('08-event-handlers (seed %i)', (seed) => {
  it('[EX-08] one event handler that fails does not keep the other from each event', () => play(embeddedStage(config, seed), scenario));
});
