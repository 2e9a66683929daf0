import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

function fail(): never {
  throw new Error('boo!');
}

export const scenario: Scenario = {
  name: 'errors-modes',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'ignored', errors: 'ignored' }, fail);
    kopf.on.create('twins', { id: 'permanent', errors: 'permanent' }, fail);
    kopf.on.create('twins', { id: 'temporary', errors: 'temporary', backoff: 12 }, ({ retry }) => {
      if (retry === 0) fail();
    });
    kopf.on.create('twins', { id: 'ignored_retry', errors: 'ignored' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('again', { delay: 12 });
    });
  },
  steps: [start, create('a'), calls(4), rest, snapshot('waiting'), calls(6), handled('a')],
};
