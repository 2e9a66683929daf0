import { ABSENT, PRESENT } from '@kopfts/core';
import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'field-values',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'exact', field: 'spec.f', value: 'v' }, () => undefined);
    kopf.on.create('twins', { id: 'mapping', field: 'spec.f', value: { a: [1] } }, () => undefined);
    kopf.on.create('twins', { id: 'there', field: 'spec.f', value: PRESENT }, () => undefined);
    kopf.on.create('twins', { id: 'absent', field: 'spec.f', value: ABSENT }, () => undefined);
    kopf.on.create('twins', { id: 'asked', field: 'spec.f', value: (value: unknown) => value === 'w' || value === null }, () => undefined);
    kopf.on.update('twins', { id: 'either', field: 'spec.f', value: 'v' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { f: 'v' } }),
    create('b', { spec: { f: { a: [1] } } }),
    create('c', { spec: { g: 1 } }),
    create('d', { spec: { f: 'w' } }),
    create('e', { spec: { f: '' } }),
    create('f', { spec: { f: { a: [1], b: 2 } } }),
    ...['a', 'b', 'c', 'd', 'e', 'f'].map(handled),
    patch('a', { spec: { f: 'other' } }),
    handled('a'),
    patch('c', { spec: { f: 'v' } }),
    handled('c'),
    patch('d', { spec: { f: 'x' } }),
    handled('d'),
  ],
};
