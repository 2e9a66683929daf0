import { PermanentError, TemporaryError } from '@kopfts/core';
import { create, handled, patch, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'index-errors',
  declare: (kopf) => {
    const xs = kopf.index('twins', { id: 'xs' }, ({ name, spec }) => {
      if (spec.x === 'arbitrary') throw new Error('boom');
      if (spec.x === 'temporary') throw new TemporaryError('later', { delay: 3600 });
      if (spec.x === 'permanent') throw new PermanentError('never');
      return spec.x === undefined ? undefined : { [name]: spec.x as unknown };
    });
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'look_fn', field: 'spec.look' }, ({ index }) =>
      [...index(xs)].map(([key, values]) => `${String(key)}=${values.join()}`).sort(),
    );
  },
  steps: [
    start,
    create('watcher', { spec: { look: 0 } }),
    handled('watcher'),
    ...['a', 'b', 'c'].flatMap((name) => [create(name, { spec: { x: 'good' } }), handled(name)]),
    patch('watcher', { spec: { look: 1 } }),
    handled('watcher'),
    patch('a', { spec: { x: 'arbitrary' } }),
    patch('b', { spec: { x: 'temporary' } }),
    patch('c', { spec: { x: 'permanent' } }),
    rest,
    patch('watcher', { spec: { look: 2 } }),
    handled('watcher'),
    patch('a', { spec: { x: 'better' } }),
    patch('b', { spec: { x: 'better' } }),
    patch('c', { spec: { x: 'better' } }),
    rest,
    patch('watcher', { spec: { look: 3 } }),
    handled('watcher'),
  ],
};
