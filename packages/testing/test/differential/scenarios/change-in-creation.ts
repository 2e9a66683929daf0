import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, patch, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'change-in-creation',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'quick' }, ({ spec }) => Number(spec.x));
    kopf.on.create('twins', { id: 'create_fn' }, ({ retry, spec }) => {
      if (retry === 0) throw new TemporaryError('wait', { delay: 20 });
      return Number(spec.x);
    });
    kopf.on.update('twins', { id: 'update_fn' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    calls(2),
    rest,
    patch('a', { spec: { x: 2 } }),
    rest,
    snapshot('waiting'),
    calls(3),
    handled('a'),
  ],
};
