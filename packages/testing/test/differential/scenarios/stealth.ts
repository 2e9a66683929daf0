import { create, gone, handled, patch, remove, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'stealth',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn', labels: { ours: 'yes' } }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn', labels: { ours: 'yes' } }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn', labels: { ours: 'yes' } }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    create('b', { spec: { x: 1 } }),
    rest,
    patch('a', { spec: { x: 2 } }),
    rest,
    snapshot('untouched'),
    patch('a', { metadata: { labels: { ours: 'yes' } } }),
    handled('a'),
    patch('a', { metadata: { labels: { ours: null } } }),
    rest,
    patch('a', { spec: { x: 3 } }),
    rest,
    snapshot('left'),
    patch('a', { metadata: { labels: { ours: 'yes' } } }),
    handled('a'),
    remove('b'),
    gone('b'),
  ],
};
