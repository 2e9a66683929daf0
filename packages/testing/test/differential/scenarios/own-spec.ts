import { calls, create, handled, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'own-spec',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ patch }) => {
      patch.spec.size = 1;
      patch.spec.unwanted = null;
    });
    kopf.on.update('twins', { id: 'update_fn' }, ({ patch, spec }) => {
      if (spec.size < 3) patch.spec.size = Number(spec.size) + 1;
    });
  },
  steps: [start, create('a', { spec: { unwanted: true } }), calls(4), handled('a')],
};
