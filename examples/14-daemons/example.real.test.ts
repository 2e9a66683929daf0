import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-14] daemons run beside everything else and end with the object, on a real kube-apiserver', () => play(realStage(config), scenario));
