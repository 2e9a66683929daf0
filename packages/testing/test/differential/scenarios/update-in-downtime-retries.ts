import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, patch, start, stop, until, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'update-in-downtime-retries',
  declare: (kopf) => {
    kopf.on.update('twins', { id: 'quick' }, ({ spec }) => Number(spec.x));
    kopf.on.update('twins', { id: 'slow' }, ({ retry, spec }) => {
      if (retry === 0) throw new TemporaryError('wait', { delay: 12 });
      return Number(spec.x);
    });
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    handled('a'),
    patch('a', { spec: { x: 2 } }),
    calls(2),
    until('the attempt is stored', ({ objects }) => 'kopf.zalando.org/slow' in (objects.get('a')?.metadata.annotations ?? {})),
    stop,
    patch('a', { spec: { x: 3 } }),
    start,
    calls(3),
    handled('a'),
  ],
};
