import { create, handled, patch, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'result-kinds',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'text' }, () => 'done');
    kopf.on.create('twins', { id: 'list' }, () => [1, { two: 2 }, 'three']);
    kopf.on.create('twins', { id: 'zero' }, () => 0);
    kopf.on.create('twins', { id: 'no' }, () => false);
    kopf.on.create('twins', { id: 'empty' }, () => ({}));
    kopf.on.create('twins', { id: 'nothing' }, () => null);
    kopf.on.create('twins', { id: 'merged' }, ({ patch }) => {
      patch.status.merged = { kept: 1, replaced: { a: 1 } };
      return { replaced: { b: 2 }, added: 3 };
    });
    kopf.on.update('twins', { id: 'merged_later' }, () => ({ kept: null, again: { deep: [] } }));
  },
  steps: [start, create('a', { spec: { x: 1 } }), handled('a'), snapshot('created'), patch('a', { spec: { x: 2 } }), handled('a')],
};
