import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'timeout-limit',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'limited', timeout: 16 }, () => {
      throw new TemporaryError('never', { delay: 10 });
    });
    kopf.on.create('twins', { id: 'hopeless', timeout: 8 }, () => {
      throw new TemporaryError('never', { delay: 10 });
    });
    kopf.on.create('twins', { id: 'never', timeout: 0 }, () => undefined);
  },
  steps: [start, create('a'), calls(2), rest, snapshot('waiting'), calls(3), handled('a')],
};
