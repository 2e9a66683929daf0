import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-01] one handler: its result is in the status, and the object needs no finalizer, on a real kube-apiserver', () =>
  play(realStage(config), scenario));
