import { ABSENT } from '@kopfts/core';
import { calls, create, handled, patch, remove, gone, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'on-field',
  declare: (kopf) => {
    kopf.on.field('twins', { id: 'size_fn', field: 'spec.size' }, ({ old, new: fresh, reason }) => ({
      reason,
      old: old ?? null,
      new: fresh ?? null,
    }));
    kopf.on.field('twins', { id: 'label_fn', field: ['metadata', 'labels', 'a.b/c'], new: ABSENT }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { size: 1 }, metadata: { labels: { 'a.b/c': 'x' } } }),
    handled('a'),
    patch('a', { spec: { other: 1 } }),
    handled('a'),
    patch('a', { spec: { size: 2 }, metadata: { labels: { 'a.b/c': null } } }),
    handled('a'),
    calls(3),
    patch('a', { spec: { size: null } }),
    handled('a'),
    rest,
    remove('a'),
    gone('a'),
  ],
};
