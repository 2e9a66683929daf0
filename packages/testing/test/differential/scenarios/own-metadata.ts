import { calls, create, handled, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'own-metadata',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ patch }) => {
      patch.meta.labels.made = 'yes';
      patch.meta.annotations['example.com/note'] = 'x';
    });
    kopf.on.update('twins', { id: 'update_fn' }, ({ patch, diff }) => {
      patch.status.changes = diff.length;
    });
  },
  steps: [start, create('a'), calls(2), handled('a')],
};
