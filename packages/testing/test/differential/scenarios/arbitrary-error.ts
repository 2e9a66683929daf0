import { calls, create, handled, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'arbitrary-error',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn', backoff: 12 }, ({ retry, patch }) => {
      patch.status.tried = retry;
      if (retry === 0) throw new Error('boo!');
    });
  },
  steps: [start, create('a'), calls(1), rest, snapshot('waiting'), calls(2), handled('a')],
};
