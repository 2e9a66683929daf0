import { setTimeout as sleep } from 'node:timers/promises';
import { begun, calls, create, handled, patch, rest, start, stop, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'stopped-in-handler',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'hanging' }, async ({ spec, signal }) => {
      if (spec.hang) await sleep(60_000, undefined, { signal });
    });
    kopf.on.resume('twins', { id: 'resume_fn' }, () => undefined);
  },
  steps: [
    start,
    create('a', { spec: { hang: true } }),
    begun(1),
    stop,
    calls(1),
    patch('a', { spec: { hang: false } }),
    start,
    handled('a'),
    rest,
  ],
};
