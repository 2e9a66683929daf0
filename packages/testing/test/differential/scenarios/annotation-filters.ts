import { ABSENT, PRESENT } from '@kopfts/core';
import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'annotation-filters',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'exact', annotations: { 'example.com/a': 'v' } }, () => undefined);
    kopf.on.create('twins', { id: 'there', annotations: { 'example.com/a': PRESENT } }, () => undefined);
    kopf.on.create('twins', { id: 'absent', annotations: { 'example.com/a': ABSENT } }, () => undefined);
    kopf.on.create(
      'twins',
      { id: 'asked', annotations: { 'example.com/a': (value: string | undefined) => value === undefined || value === 'w' } },
      () => undefined,
    );
    kopf.on.update('twins', { id: 'update_fn', annotations: { 'example.com/a': PRESENT } }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: {}, metadata: { annotations: { 'example.com/a': 'v' } } }),
    create('b', { spec: {} }),
    create('c', { spec: {}, metadata: { annotations: { 'example.com/a': 'w', 'example.com/b': 'x' } } }),
    ...['a', 'b', 'c'].map(handled),
    patch('b', { metadata: { annotations: { 'example.com/a': 'late' } } }),
    handled('b'),
    patch('c', { metadata: { annotations: { 'example.com/a': null } } }),
    handled('c'),
  ],
};
