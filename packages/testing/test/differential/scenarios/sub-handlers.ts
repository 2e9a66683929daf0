import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'sub-handlers',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ spec, register }) => {
      for (const item of spec.items) {
        register(
          ({ param, retry }) => {
            if (param === 'late' && retry === 0) throw new TemporaryError('not yet', { delay: 12 });
            return { item: param };
          },
          { id: item, param: item },
        );
      }
      return 'parent';
    });
  },
  steps: [start, create('a', { spec: { items: ['one', 'late', 'two'] } }), calls(4), rest, snapshot('waiting'), calls(6), handled('a')],
};
