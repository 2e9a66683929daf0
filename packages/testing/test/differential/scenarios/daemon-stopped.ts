import { begun, create, gone, held, patch, remove, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'daemon-stopped',
  declare: (kopf) => {
    kopf.daemon('twins', { id: 'waiting', finalizer: true }, async ({ stopped }) => {
      await stopped.wait();
    });
  },
  steps: [start, create('a'), held('a'), begun(1), patch('a', { spec: { field: 1 } }), rest, snapshot('waiting'), remove('a'), gone('a')],
};
