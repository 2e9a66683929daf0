import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'long-ids',
  declare: (kopf) => {
    const retryOnce = ({ retry }: { retry: number }) => {
      if (retry === 0) throw new TemporaryError('wait', { delay: 12 });
    };
    kopf.on.create('twins', { id: 'x'.repeat(46) }, retryOnce);
    kopf.on.create('twins', { id: 'y'.repeat(70) }, retryOnce);
    kopf.on.create('twins', { id: `Outer.${'z'.repeat(50)}`, field: 'spec.a' }, retryOnce);
  },
  steps: [start, create('a', { spec: { a: 1 } }), calls(3), rest, snapshot('waiting'), calls(6), handled('a')],
};
