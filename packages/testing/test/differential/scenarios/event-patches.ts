import { create, handled, patch, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'event-patches',
  declare: (kopf) => {
    kopf.on.event('twins', { id: 'event_fn' }, ({ spec, patch }) => {
      patch.status.double = spec.x * 2;
    });
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn' }, () => undefined);
  },
  steps: [start, create('a', { spec: { x: 1 } }), handled('a'), rest, patch('a', { spec: { x: 2 } }), handled('a'), rest],
};
