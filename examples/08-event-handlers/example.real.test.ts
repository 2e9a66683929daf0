import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-08] one event handler that fails does not keep the other from each event, on a real kube-apiserver', () =>
  play(realStage(config), scenario));
