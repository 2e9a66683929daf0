import { calls, create, gone, handled, remove, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'optional-delete',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.delete('twins', { id: 'optional', optional: true }, () => undefined);
    kopf.on.delete('twins', { id: 'mandatory', labels: { keep: 'yes' } }, () => undefined);
  },
  steps: [
    start,
    create('a'),
    create('b', { spec: {}, metadata: { labels: { keep: 'yes' } } }),
    handled('a'),
    handled('b'),
    snapshot('created'),
    remove('a'),
    gone('a'),
    remove('b'),
    gone('b'),
    calls(4),
  ],
};
