import { TemporaryError } from '@kopfts/core';
import { calls, create, held, patch, released, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'daemon-retries',
  declare: (kopf) => {
    kopf.daemon('twins', { id: 'trying', finalizer: true }, ({ patch, retry }) => {
      patch.status.message = `attempt ${retry}`;
      if (retry < 3) throw new TemporaryError('not yet', { delay: retry === 0 ? null : 1 });
      return { tries: retry };
    });
  },
  steps: [start, create('a'), held('a'), calls(4), rest, patch('a', { spec: { field: 1 } }), released('a'), rest],
};
