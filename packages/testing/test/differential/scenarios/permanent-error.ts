import { PermanentError, TemporaryError } from '@kopfts/core';
import { calls, create, handled, patch, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'permanent-error',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'fatal' }, () => {
      throw new PermanentError('no way');
    });
    kopf.on.create('twins', { id: 'later' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('later', { delay: 12 });
      return 'done';
    });
    kopf.on.update('twins', { id: 'fatal_update' }, () => {
      throw new PermanentError('no way');
    });
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    calls(2),
    rest,
    snapshot('waiting'),
    calls(3),
    handled('a'),
    patch('a', { spec: { x: 2 } }),
    handled('a'),
    patch('a', { spec: { x: 3 } }),
    handled('a'),
  ],
};
