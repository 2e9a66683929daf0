import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, restart, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'restart-in-sub-handlers',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ register }) => {
      register(() => 'once', { id: 'quick' });
      register(
        ({ retry }) => {
          if (retry < 2) throw new TemporaryError('not yet', { delay: 12 });
          return retry;
        },
        { id: 'slow' },
      );
    });
  },
  steps: [start, create('a'), calls(3), rest, ...restart, calls(5), rest, snapshot('waiting'), calls(7), handled('a')],
};
