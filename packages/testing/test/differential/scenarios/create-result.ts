import { create, handled, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'create-result',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ spec }) => ({ message: `hello ${spec.name}` }));
    kopf.on.create('twins', { id: 'patching' }, ({ patch, spec }) => {
      patch.status.name = spec.name;
    });
  },
  steps: [start, create('a', { spec: { name: 'Ada' } }), handled('a'), create('b', { spec: { name: 'Bob' } }), handled('b')],
};
