import { calls, create, handled, patch, rest, restart, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'odd-numbers',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn' }, ({ diff }) => diff.length);
  },
  steps: [
    start,
    create('a', { spec: { small: 1e-7, huge: 1e21, half: 0.5, zero: 0.0, safe: 9007199254740991, negative: -1e-9, x: 1 } }),
    handled('a'),
    ...restart,
    rest,
    patch('a', { spec: { x: 2 } }),
    handled('a'),
    calls(2),
  ],
};
