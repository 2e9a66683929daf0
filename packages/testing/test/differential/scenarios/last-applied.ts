import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'last-applied',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn' }, () => undefined);
  },
  steps: [
    start,
    create('a', {
      spec: { x: 1 },
      metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"x":1}}\n', mine: 'x' } },
    }),
    handled('a'),
    patch('a', { spec: { x: 2 }, metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"x":2}}\n' } } }),
    handled('a'),
    create('b', { spec: { x: 1 }, metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } }),
    handled('b'),
  ],
};
