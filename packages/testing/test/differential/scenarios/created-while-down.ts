import { calls, create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'created-while-down',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.resume('twins', { id: 'resume_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn' }, () => undefined);
  },
  steps: [
    create('a', { spec: { x: 1 } }),
    patch('a', { spec: { x: 2 } }),
    start,
    handled('a'),
    patch('a', { spec: { x: 3 } }),
    handled('a'),
    calls(2),
  ],
};
