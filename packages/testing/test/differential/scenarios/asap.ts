import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'asap',
  lifecycle: 'asap',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'failing' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('not yet', { delay: 12 });
    });
    kopf.on.create('twins', { id: 'second' }, () => 2);
    kopf.on.create('twins', { id: 'third' }, () => 3);
  },
  steps: [start, create('a'), calls(3), rest, snapshot('waiting'), calls(4), handled('a')],
};
