import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'several-handlers',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'first' }, () => 1);
    kopf.on.create('twins', { id: 'second' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('not yet', { delay: 12 });
      return 2;
    });
    kopf.on.create('twins', { id: 'third' }, () => 3);
    kopf.on.update('twins', { id: 'not_now' }, () => undefined);
  },
  steps: [start, create('a'), calls(3), rest, snapshot('waiting'), calls(4), handled('a')],
};
