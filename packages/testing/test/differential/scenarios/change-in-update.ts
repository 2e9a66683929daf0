import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, patch, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'change-in-update',
  declare: (kopf) => {
    kopf.on.update('twins', { id: 'quick' }, ({ spec }) => Number(spec.x));
    kopf.on.update('twins', { id: 'slow' }, ({ retry, spec }) => {
      if (retry === 0) throw new TemporaryError('wait', { delay: 20 });
      return Number(spec.x);
    });
    kopf.on.update('twins', { id: 'joins', field: 'spec.y' }, ({ new: fresh }) => Number(fresh));
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    handled('a'),
    patch('a', { spec: { x: 2 } }),
    calls(2),
    rest,
    patch('a', { spec: { x: 3, y: 1 } }),
    calls(3),
    rest,
    snapshot('waiting'),
    calls(4),
    handled('a'),
  ],
};
