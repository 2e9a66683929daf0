import { PermanentError, TemporaryError, type ChangeArgs } from '@kopfts/core';
import { calls, create, handled, patch, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'nested-sub-handlers',
  declare: (kopf) => {
    kopf.on.update('twins', { id: 'update_fn', field: 'spec.items' }, async ({ execute }) => {
      await execute({
        outer: ({ register }: ChangeArgs) => {
          register(
            ({ retry }) => {
              if (retry === 0) throw new TemporaryError('not yet', { delay: 12 });
            },
            { id: 'inner' },
          );
        },
        fatal: () => {
          throw new PermanentError('no way');
        },
      });
      return 'all';
    });
  },
  steps: [
    start,
    create('a', { spec: { items: [1] } }),
    handled('a'),
    patch('a', { spec: { items: [1, 2] } }),
    calls(4),
    rest,
    snapshot('waiting'),
    calls(7),
    handled('a'),
  ],
};
