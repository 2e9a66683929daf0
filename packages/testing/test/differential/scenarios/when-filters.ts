import { all, any, none, not } from '@kopfts/core';
import { create, handled, patch, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'when-filters',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'big', when: ({ spec }) => spec.n > 1 }, () => undefined);
    kopf.on.create('twins', { id: 'combined', when: all([({ spec }) => spec.n > 1, not(({ name }) => name === 'c')]) }, () => undefined);
    kopf.on.update('twins', { id: 'one_change', when: ({ diff }) => diff.length === 1 }, () => undefined);
    kopf.on.update(
      'twins',
      { id: 'grown', when: any([({ old, new: fresh }) => fresh.spec.n > old.spec.n, none([({ reason }) => reason === 'update'])]) },
      () => undefined,
    );
  },
  steps: [
    start,
    create('a', { spec: { n: 1 } }),
    create('b', { spec: { n: 2 } }),
    create('c', { spec: { n: 3 } }),
    handled('b'),
    handled('c'),
    rest,
    patch('b', { spec: { n: 3, m: 1 } }),
    handled('b'),
    patch('c', { spec: { n: 2 } }),
    handled('c'),
    patch('a', { spec: { n: 5 } }),
    handled('a'),
  ],
};
