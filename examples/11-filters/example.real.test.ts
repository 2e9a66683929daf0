import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-11] only the handlers whose filters match are called, on a real kube-apiserver', () => play(realStage(config), scenario));
