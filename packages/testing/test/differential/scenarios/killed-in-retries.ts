import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, kill, remove, gone, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'killed-in-retries',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'quick' }, () => 'once');
    kopf.on.create('twins', { id: 'slow' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('wait', { delay: 12 });
    });
    kopf.on.delete('twins', { id: 'delete_fn' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('hold', { delay: 12 });
    });
  },
  steps: [
    start,
    create('a'),
    calls(2),
    rest,
    kill,
    start,
    handled('a'),
    calls(3),
    remove('a'),
    calls(4),
    rest,
    kill,
    start,
    gone('a'),
    calls(5),
  ],
};
