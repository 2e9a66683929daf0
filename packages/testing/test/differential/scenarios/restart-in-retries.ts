import { TemporaryError } from '@kopfts/core';
import { restart, calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'restart-in-retries',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'quick' }, () => 'once');
    kopf.on.create('twins', { id: 'slow' }, ({ retry }) => {
      if (retry < 2) throw new TemporaryError(`wait ${retry}`, { delay: 12 });
      return retry;
    });
    kopf.on.resume('twins', { id: 'resume_fn' }, () => undefined);
  },
  steps: [start, create('a'), calls(2), rest, ...restart, calls(3), rest, snapshot('waiting'), calls(4), handled('a')],
};
