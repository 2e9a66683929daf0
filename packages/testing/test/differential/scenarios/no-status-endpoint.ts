import { calls, create, handled, patch, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'no-status-endpoint',
  kind: 'plaintwins',
  declare: (kopf) => {
    kopf.on.create('plaintwins', { id: 'create_fn' }, ({ patch, spec }) => {
      patch.status.name = spec.name;
      patch.meta.labels.handled = 'yes';
      return { ok: true };
    });
    kopf.on.update('plaintwins', { id: 'update_fn' }, ({ diff }) => diff.length);
  },
  steps: [
    start,
    create('a', { spec: { name: 'Ada' } }),
    handled('a'),
    calls(2),
    patch('a', { status: { name: 'Bob' } }),
    rest,
    patch('a', { spec: { name: 'Bob' } }),
    calls(3),
    handled('a'),
  ],
};
