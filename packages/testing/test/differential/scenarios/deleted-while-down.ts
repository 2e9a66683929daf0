import { TemporaryError } from '@kopfts/core';
import { restart, calls, create, gone, handled, remove, rest, snapshot, start, stop, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'deleted-while-down',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn', labels: { keep: 'yes' } }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('once more', { delay: 12 });
    });
  },
  steps: [
    start,
    create('a', { spec: {}, metadata: { labels: { keep: 'yes' } } }),
    create('b'),
    handled('a'),
    handled('b'),
    stop,
    remove('a'),
    remove('b'),
    start,
    calls(3),
    rest,
    snapshot('held'),
    ...restart,
    gone('a'),
    calls(4),
  ],
};
