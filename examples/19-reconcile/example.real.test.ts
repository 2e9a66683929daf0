import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import config from './kopf.config.js';
import { scenario } from './scenario.js';

it('a config map is as its object says, whoever changes or deletes it, on a real kube-apiserver', () => play(realStage(config), scenario));
