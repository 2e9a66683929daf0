import { restart, calls, create, handled, patch, patchStatus, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'resume',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'create_fn' }, () => undefined);
    kopf.on.resume('twins', { id: 'resume_fn' }, ({ spec }) => ({ seen: spec.x }));
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    handled('a'),
    ...restart,
    calls(2),
    rest,
    patchStatus('a', { other: 1 }),
    patch('a', { spec: { x: 2 } }),
    handled('a'),
  ],
};
