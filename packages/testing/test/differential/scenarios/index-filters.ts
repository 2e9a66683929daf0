import { create, handled, patch, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'index-filters',
  declare: (kopf) => {
    const names = kopf.index('twins', { id: 'names', labels: { in: 'yes' }, when: ({ spec }) => spec.out !== true }, ({ name }) => name);
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'look_fn', field: 'spec.look' }, ({ index }) => [...index(names).get(null)].sort());
  },
  steps: [
    start,
    create('watcher', { spec: { look: 0 } }),
    handled('watcher'),
    create('a', { metadata: { labels: { in: 'yes' } }, spec: { x: 1 } }),
    handled('a'),
    create('b', { metadata: { labels: { in: 'yes' } }, spec: { x: 1 } }),
    handled('b'),
    create('c', { spec: { x: 1 } }),
    handled('c'),
    patch('watcher', { spec: { look: 1 } }),
    handled('watcher'),
    patch('a', { metadata: { labels: { in: 'no' } } }),
    patch('b', { spec: { out: true } }),
    patch('c', { metadata: { labels: { in: 'yes' } } }),
    rest,
    patch('watcher', { spec: { look: 2 } }),
    handled('watcher'),
  ],
};
