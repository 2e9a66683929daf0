import { restart, calls, create, handled, patch, rest, start, stop, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'one-function',
  declare: (kopf) => {
    const fn = ({ reason, spec }: { reason: string; spec: { x: number } }) => ({ [reason]: spec.x });
    kopf.on.create('twins', { id: 'fn' }, fn);
    kopf.on.update('twins', { id: 'fn' }, fn);
    kopf.on.resume('twins', { id: 'fn' }, fn);
  },
  steps: [
    start,
    create('a', { spec: { x: 1 } }),
    handled('a'),
    patch('a', { spec: { x: 2 } }),
    handled('a'),
    ...restart,
    calls(3),
    rest,
    stop,
    patch('a', { spec: { x: 3 } }),
    start,
    handled('a'),
  ],
};
