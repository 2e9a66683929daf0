import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-99] handlers of every kind at one operator, each called as often as it should be, on a real kube-apiserver', () =>
  play(realStage(config), scenario));
