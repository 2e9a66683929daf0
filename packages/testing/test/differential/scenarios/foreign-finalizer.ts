import { calls, create, gone, handled, patch, remove, rest, snapshot, start, until, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'foreign-finalizer',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: {}, metadata: { finalizers: ['example.com/first', 'example.com/second'] } }),
    handled('a'),
    snapshot('created'),
    remove('a'),
    calls(2),
    until('only foreign finalizers are left', ({ objects }) => objects.get('a')?.metadata.finalizers?.length === 2),
    rest,
    snapshot('released'),
    patch('a', { metadata: { finalizers: ['example.com/second'] } }),
    rest,
    patch('a', { metadata: { finalizers: null } }),
    gone('a'),
  ],
};
