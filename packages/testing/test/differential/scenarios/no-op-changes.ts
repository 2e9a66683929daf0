import { calls, create, handled, patch, patchStatus, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'no-op-changes',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.update('twins', { id: 'update_fn' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    handled('a'),
    patchStatus('a', { y: 1 }),
    patch('a', { spec: { x: 1 } }),
    patch('a', { metadata: { annotations: { 'other.kopf.zalando.org/thing': 'x' } } }),
    patch('a', { metadata: { annotations: { 'example.com/kopf-managed': 'yes', 'example.com/fn': 'x' } } }),
    patch('a', { metadata: { finalizers: ['example.com/foreign'] } }),
    rest,
    patch('a', { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } } }),
    rest,
    patch('a', { spec: { x: 2 } }),
    calls(2),
  ],
};
