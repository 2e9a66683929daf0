import { create, gone, handled, patch, remove, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'finalizer-unneeded',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn', labels: { keep: 'yes' } }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: {}, metadata: { labels: { keep: 'yes' } } }),
    handled('a'),
    patch('a', { metadata: { labels: { keep: 'no' } } }),
    handled('a'),
    rest,
    snapshot('released'),
    patch('a', { metadata: { labels: { keep: 'yes' } } }),
    handled('a'),
    rest,
    snapshot('held again'),
    patch('a', { metadata: { labels: { keep: 'no' } } }),
    rest,
    remove('a'),
    gone('a'),
  ],
};
