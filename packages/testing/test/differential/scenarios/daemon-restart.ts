import { begun, create, gone, held, remove, rest, restart, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'daemon-restart',
  declare: (kopf) => {
    kopf.daemon('twins', { id: 'waiting', finalizer: true }, async ({ stopped }) => {
      await stopped.wait();
    });
    kopf.daemon('twins', { id: 'brief', finalizer: true }, () => undefined);
  },
  steps: [start, create('a'), held('a'), begun(2), rest, ...restart, begun(2), rest, snapshot('again'), remove('a'), gone('a')],
};
