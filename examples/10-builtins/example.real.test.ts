import { it } from 'vitest';
import { realStage } from '../shared/real-stage.js';
import { play } from '../shared/stage.js';
import { createHandlers } from './handlers.js';
import config from './kopf.config.js';
import { scenarioWith } from './scenario.js';

it('[EX-10] pods are announced, and their end is called off when somebody else is quicker, on a real kube-apiserver', () => {
  const patient = { ...config, handlers: [createHandlers(3600)] };
  return play(realStage(patient), scenarioWith(3600));
});
