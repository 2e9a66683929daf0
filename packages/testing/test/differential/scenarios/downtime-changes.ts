import { calls, create, handled, patch, start, stop, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'downtime-changes',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn' }, ({ diff }) => diff.length);
  },
  steps: [
    start,
    create('a', { spec: { x: 1, y: 1 } }),
    create('b', { spec: { x: 1 } }),
    handled('a'),
    handled('b'),
    stop,
    patch('a', { spec: { x: 2 } }),
    patch('a', { spec: { x: 3, y: null, z: 1 } }),
    patch('b', { spec: { x: 2 } }),
    patch('b', { spec: { x: 1 } }),
    start,
    handled('a'),
    calls(3),
  ],
};
