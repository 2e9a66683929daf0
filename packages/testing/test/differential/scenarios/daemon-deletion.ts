import { begun, create, gone, handled, held, remove, rest, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'daemon-deletion',
  declare: (kopf) => {
    kopf.on.delete('twins', { id: 'delete_fn' }, () => undefined);
    kopf.daemon('twins', { id: 'waiting', finalizer: true }, async ({ stopped }) => {
      await stopped.wait();
    });
  },
  steps: [start, create('a'), held('a'), begun(1), handled('a'), rest, snapshot('waiting'), remove('a'), gone('a')],
};
