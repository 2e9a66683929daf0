import { calls, create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'unhandled-changes',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn', field: 'spec.watched' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { watched: 1 } }),
    handled('a'),
    patch('a', { spec: { other: 1 } }),
    handled('a'),
    patch('a', { metadata: { labels: { l: 'v' } } }),
    handled('a'),
    patch('a', { spec: { watched: 2 } }),
    handled('a'),
    calls(2),
  ],
};
