import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-03] errors of three kinds: retried, retried until the limit, and final, on a real kube-apiserver', () =>
  play(realStage(config), scenario));
