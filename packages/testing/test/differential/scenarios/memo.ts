import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'memo',
  declare: (kopf) => {
    kopf.on.event('twins', { id: 'event_fn' }, ({ memo, spec }) => {
      memo.largest = Math.max(Number(memo.largest ?? 0), Number(spec.x));
    });
    kopf.on.create('twins', { id: 'create_fn' }, ({ memo }) => {
      memo.created = true;
      return Number(memo.largest);
    });
    kopf.on.update('twins', { id: 'update_fn' }, ({ memo }) => ({ created: memo.created, largest: memo.largest }));
  },
  steps: [
    start,
    create('a', { spec: { x: 5 } }),
    handled('a'),
    create('b', { spec: { x: 1 } }),
    handled('b'),
    patch('a', { spec: { x: 3 } }),
    handled('a'),
    patch('b', { spec: { x: 2 } }),
    handled('b'),
  ],
};
