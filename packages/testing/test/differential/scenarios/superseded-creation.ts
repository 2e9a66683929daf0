import { TemporaryError } from '@kopfts/core';
import { calls, create, gone, remove, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'superseded-creation',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => {
      throw new TemporaryError('wait', { delay: 60 });
    });
    kopf.on.create('twins', { id: 'quick' }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn' }, ({ retry }) => {
      if (retry === 0) throw new TemporaryError('hold', { delay: 12 });
    });
  },
  steps: [start, create('a'), calls(2), rest, snapshot('creating'), remove('a'), calls(3), rest, snapshot('deleting'), gone('a'), calls(4)],
};
