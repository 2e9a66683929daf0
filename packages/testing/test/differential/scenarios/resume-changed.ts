import { calls, create, handled, patch, rest, start, stop, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'resume-changed',
  declare: (kopf) => {
    kopf.on.update('twins', { id: 'update_fn' }, () => undefined);
    kopf.on.resume('twins', { id: 'resume_fn' }, ({ reason }) => reason);
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    handled('a'),
    stop,
    patch('a', { spec: { x: 2 } }),
    start,
    calls(2),
    handled('a'),
    rest,
    patch('a', { spec: { x: 3 } }),
    calls(3),
    handled('a'),
  ],
};
