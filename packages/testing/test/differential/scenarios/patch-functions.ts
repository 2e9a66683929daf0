import { calls, create, handled, patch, rest, start, type Scenario } from '../scenario.js';

const addHost =
  (host: string) =>
  (body: { spec: { hosts: string[] } }): void => {
    if (!body.spec.hosts.includes(host)) body.spec.hosts.push(host);
  };

export const scenario: Scenario = {
  name: 'patch-functions',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, ({ patch: own }) => {
      own.spec.size = 1;
      own.fns.push(addHost('new'), addHost('old'));
    });
    kopf.on.update('twins', { id: 'update_fn' }, ({ diff }) => diff.length);
  },
  steps: [
    start,
    create('a', { spec: { hosts: ['old'] } }),
    calls(2),
    handled('a'),
    rest,
    patch('a', { spec: { hosts: ['old', 'new', 'other'] } }),
    handled('a'),
  ],
};
