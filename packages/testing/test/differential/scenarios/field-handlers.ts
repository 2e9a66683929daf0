import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'field-handlers',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn', field: 'spec.size' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn', field: 'spec.size' }, ({ old, new: fresh }) => ({ old: old ?? null, new: fresh ?? null }));
    kopf.on.update('twins', { id: 'deep_fn', field: 'spec.deep' }, () => undefined);
    kopf.on.update('twins', { id: 'label_fn', field: ['metadata', 'labels', 'a.b/c'] }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { size: 1, other: 1 } }),
    handled('a'),
    create('b', { spec: { other: 1 } }),
    patch('a', { spec: { other: 2 } }),
    handled('a'),
    patch('a', { spec: { size: 2, deep: { x: { y: 1 } } } }),
    handled('a'),
    patch('a', { spec: { size: null, deep: { x: { y: 2, z: 3 } } }, metadata: { labels: { 'a.b/c': 'v' } } }),
    handled('a'),
    patch('a', { spec: { size: { now: 'mapping' } }, metadata: { labels: { 'a.b/c': null } } }),
    handled('a'),
  ],
};
