import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'retries-limit',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'limited', retries: 3 }, () => {
      throw new TemporaryError('never', { delay: 0.3 });
    });
    kopf.on.create('twins', { id: 'broken', retries: 2, backoff: 0.3 }, () => {
      throw new Error('never ever');
    });
    kopf.on.create('twins', { id: 'never', retries: 0 }, () => undefined);
    kopf.on.create('twins', { id: 'slow' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('later', { delay: 12 });
    });
  },
  steps: [start, create('a'), calls(6), rest, snapshot('failed'), calls(7), handled('a')],
};
