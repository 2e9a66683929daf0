import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-15] timers tick only while the object is left alone, on a real kube-apiserver', () => play(realStage(config), scenario));
