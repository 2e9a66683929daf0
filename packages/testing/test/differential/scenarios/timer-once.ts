import { calls, create, patch, released, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'timer-once',
  declare: (kopf) => {
    kopf.timer('twins', { id: 'once', initialDelay: 1, finalizer: true }, () => ({ done: true }));
  },
  steps: [start, create('a'), calls(1), rest, patch('a', { spec: { field: 1 } }), released('a'), rest],
};
