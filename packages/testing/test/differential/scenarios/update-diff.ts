import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'update-diff',
  declare: (kopf) => {
    kopf.on.update('twins', { id: 'update_fn' }, ({ diff }) => ({ changes: diff.length }));
  },
  steps: [
    start,
    create('a', { spec: { keep: 1, change: 'x', deep: { one: 1, two: { three: 3 } }, list: [1, 2], gone: true, last: 0 } }),
    handled('a'),
    patch('a', { spec: { change: 'y', deep: { two: { three: 4, four: 4 } }, list: [1, 2, 3], gone: null, fresh: { a: [] } } }),
    handled('a'),
    patch('a', { spec: { deep: null, last: { now: 'a mapping' } }, metadata: { labels: { l: 'v' }, annotations: { mine: 'x' } } }),
    handled('a'),
    patch('a', { metadata: { labels: { l: null }, annotations: { mine: null } } }),
    handled('a'),
  ],
};
