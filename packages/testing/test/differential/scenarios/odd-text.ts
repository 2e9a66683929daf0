import { TemporaryError } from '@kopfts/core';
import { calls, create, handled, patch, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'odd-text',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ retry, spec }) => {
      if (retry === 0) throw new TemporaryError('später, "bald" \\ 😀', { delay: 12 });
      return { said: spec.text };
    });
    kopf.on.update('twins', { id: 'update_fn' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { text: 'Grüße\n\u2028"\\/😀\u007f', 'öde Schlüssel': 1.5, float: 1e21 } }),
    calls(1),
    rest,
    snapshot('waiting'),
    calls(2),
    handled('a'),
    patch('a', { spec: { text: '<&>' } }),
    handled('a'),
  ],
};
