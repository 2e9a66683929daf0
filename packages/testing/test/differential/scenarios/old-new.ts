import { ABSENT, PRESENT } from '@kopfts/core';
import { create, handled, patch, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'old-new',
  declare: (kopf) => {
    kopf.on.update('twins', { id: 'from_a', field: 'spec.f', old: 'a' }, () => undefined);
    kopf.on.update('twins', { id: 'to_b', field: 'spec.f', new: 'b' }, () => undefined);
    kopf.on.update('twins', { id: 'from_a_to_b', field: 'spec.f', old: 'a', new: 'b' }, () => undefined);
    kopf.on.update('twins', { id: 'appeared', field: 'spec.f', old: ABSENT }, () => undefined);
    kopf.on.update('twins', { id: 'vanished', field: 'spec.f', old: PRESENT, new: ABSENT }, () => undefined);
    kopf.on.update('twins', { id: 'asked', field: 'spec.f', new: (value: unknown) => value === 'c' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { f: 'a' } }),
    handled('a'),
    patch('a', { spec: { f: 'b' } }),
    handled('a'),
    patch('a', { spec: { f: 'c' } }),
    handled('a'),
    patch('a', { spec: { f: null } }),
    handled('a'),
    patch('a', { spec: { f: 'a' } }),
    handled('a'),
  ],
};
