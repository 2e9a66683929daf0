import { calls, create, patch, released, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'timer-retries',
  declare: (kopf) => {
    kopf.timer('twins', { id: 'failing', backoff: 1, finalizer: true }, ({ retry, patch }) => {
      patch.status.retry = retry;
      if (retry < 2) throw new Error('not yet');
      return retry;
    });
  },
  steps: [start, create('a'), calls(3), rest, patch('a', { spec: { field: 1 } }), released('a'), rest],
};
