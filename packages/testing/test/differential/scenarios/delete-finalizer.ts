import { create, gone, handled, remove, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'delete-finalizer',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_1' }, () => undefined);
    kopf.on.create('twins', { id: 'create_2' }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn' }, ({ patch }) => {
      patch.status.leaving = true;
    });
  },
  steps: [start, create('a'), handled('a'), snapshot('created'), remove('a'), gone('a')],
};
