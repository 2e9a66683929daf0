import { create, handled, patch, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'pruned-results',
  kind: 'prunedtwins',
  declare: (kopf) => {
    kopf.on.create('prunedtwins', { id: 'create_fn' }, ({ patch }) => {
      patch.status.known = 'kept';
      return { pruned: true };
    });
    kopf.on.update('prunedtwins', { id: 'update_fn' }, () => ({ pruned: true }));
  },
  steps: [start, create('a', { spec: { x: 1 } }), handled('a'), rest, patch('a', { spec: { x: 2 } }), handled('a')],
};
