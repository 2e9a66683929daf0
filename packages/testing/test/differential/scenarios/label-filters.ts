import { ABSENT, PRESENT } from '@kopfts/core';
import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'label-filters',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'exact', labels: { l: 'v' } }, () => undefined);
    kopf.on.create('twins', { id: 'there', labels: { l: PRESENT } }, () => undefined);
    kopf.on.create('twins', { id: 'absent', labels: { l: ABSENT } }, () => undefined);
    kopf.on.create('twins', { id: 'asked', labels: { l: (value: string | undefined) => value?.startsWith('w') } }, () => undefined);
    kopf.on.create('twins', { id: 'both', labels: { l: PRESENT, m: 'x' } }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn', labels: { l: 'v' } }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: {}, metadata: { labels: { l: 'v' } } }),
    create('b', { spec: {}, metadata: { labels: { l: '' } } }),
    create('c', { spec: {} }),
    create('d', { spec: {}, metadata: { labels: { l: 'wide', m: 'x' } } }),
    create('e', { spec: {}, metadata: { labels: { m: 'x' } } }),
    ...['a', 'b', 'c', 'd', 'e'].map(handled),
    patch('c', { metadata: { labels: { l: 'v' } } }),
    handled('c'),
    patch('a', { metadata: { labels: { l: null } } }),
    handled('a'),
  ],
};
