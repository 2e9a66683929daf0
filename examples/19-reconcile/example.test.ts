import { describe, it } from 'vitest';
import { embeddedStage } from '../shared/embedded-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

describe.each([1, 2, 3])('19-reconcile (seed %i)', (seed) => {
  it('a config map is as its object says, whoever changes or deletes it', () => play(embeddedStage(config, seed), scenario));
});
