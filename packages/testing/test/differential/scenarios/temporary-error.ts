import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'temporary-error',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ retry }) => {
      if (retry < 2) throw new TemporaryError(`wait ${retry}`, { delay: 12 });
      return { attempts: retry + 1 };
    });
  },
  steps: [start, create('a'), calls(1), rest, snapshot('waiting'), calls(3), handled('a')],
};
