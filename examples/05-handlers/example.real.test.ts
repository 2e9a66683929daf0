import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-05, H-27] handlers of every kind of change, in the order of their declaration, on a real kube-apiserver', () =>
  play(realStage(config), scenario));
