import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'immediate-retry',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ retry }) => {
      if (retry < 2) throw new TemporaryError('again at once', { delay: null });
    });
  },
  steps: [start, create('a'), calls(3), handled('a')],
};
