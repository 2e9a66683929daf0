import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('04-kubernetes-events (seed %i)', (seed) => {
  it('[EX-04] four Kubernetes Events about the handled object', () => play(embeddedStage(config, seed), scenario));
});
