import { calls, create, held, patch, released, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'timer-interval',
  declare: (kopf) => {
    const options = {
      id: 'ticking',
      interval: 1,
      finalizer: true,
      when: ({ status }: { readonly status: { readonly n?: number } }) => (status.n ?? 0) < 3,
    };
    kopf.timer('twins', options, ({ status, patch }) => {
      patch.status.n = ((status.n as number | undefined) ?? 0) + 1;
    });
  },
  steps: [start, create('a'), held('a'), calls(3), rest, patch('a', { spec: { field: 1 } }), released('a'), rest],
};
