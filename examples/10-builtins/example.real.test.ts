import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-10] pods are announced, and their end is called off when somebody else is quicker, on a real kube-apiserver', () =>
  play(realStage(config), scenario));
