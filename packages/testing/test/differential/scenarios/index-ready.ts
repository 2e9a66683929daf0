import { create, handled, patch, rest, start, stop, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'index-ready',
  declare: (kopf) => {
    const names = kopf.index('twins', { id: 'names' }, ({ name }) => name);
    kopf.on.create('twins', { id: 'create_fn' }, ({ index }) => index(names).get(null).length);
    kopf.on.resume('twins', { id: 'resume_fn' }, ({ index }) => index(names).get(null).length);
    kopf.on.update('twins', { id: 'update_fn' }, ({ index }) => index(names).get(null).length);
  },
  steps: [
    create('a', { spec: { x: 1 } }),
    create('b', { spec: { x: 1 } }),
    create('c', { spec: { x: 1 } }),
    start,
    handled('a'),
    handled('b'),
    handled('c'),
    rest,
    stop,
    create('d', { spec: { x: 1 } }),
    patch('a', { spec: { x: 2 } }),
    start,
    handled('a'),
    handled('d'),
    rest,
  ],
};
