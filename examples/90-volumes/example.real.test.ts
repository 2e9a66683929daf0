import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { definition, scenarioWith } from './scenario.js';

it('[EX-90] the tutorial: a claim that follows its object in labels, and is refused without a size, on a real kube-apiserver', () =>
  play(realStage(config, definition), scenarioWith()));
