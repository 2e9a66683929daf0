import { create, gone, handled, patch, remove, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'index-values',
  declare: (kopf) => {
    const colours = kopf.index('twins', { id: 'colours' }, ({ name, spec }) => (spec.colour ? { [String(spec.colour)]: name } : undefined));
    kopf.on.create('twins', { id: 'create_fn' }, ({ index }) => index(colours).size);
    kopf.on.update('twins', { id: 'look_fn', field: 'spec.look' }, ({ index, spec }) => [...index(colours).get(String(spec.look))].sort());
  },
  steps: [
    start,
    create('watcher', { spec: { look: 'none' } }),
    handled('watcher'),
    create('a', { spec: { colour: 'red' } }),
    handled('a'),
    create('b', { spec: { colour: 'red' } }),
    handled('b'),
    patch('watcher', { spec: { look: 'red' } }),
    handled('watcher'),
    patch('a', { spec: { colour: 'blue' } }),
    handled('a'),
    rest,
    patch('watcher', { spec: { look: 'blue' } }),
    handled('watcher'),
    remove('b'),
    gone('b'),
    rest,
    patch('watcher', { spec: { look: 'red' } }),
    handled('watcher'),
  ],
};
