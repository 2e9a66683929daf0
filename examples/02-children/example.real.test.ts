import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('[EX-02, HI-01] a pod that belongs to the handled object, on a real kube-apiserver', () => play(realStage(config), scenario));
