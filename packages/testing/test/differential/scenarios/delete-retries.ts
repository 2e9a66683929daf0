import { TemporaryError } from '@kopfts/core';
import { calls, create, gone, handled, remove, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'delete-retries',
  declare: (kopf) => {
    kopf.on.delete('twins', { id: 'delete_fn' }, ({ retry }) => {
      if (retry < 2) throw new TemporaryError(`not yet ${retry}`, { delay: 0.5 });
    });
    kopf.on.delete('twins', { id: 'delete_once' }, () => 'once');
  },
  steps: [start, create('a'), handled('a'), remove('a'), calls(2), gone('a'), calls(4)],
};
