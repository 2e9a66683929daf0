import { setTimeout as sleep } from 'node:timers/promises';
import { begun, create, handled, kill, patch, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'killed-in-handler',
  declare: (kopf) => {
    kopf.on.create('twins', { id: 'hanging' }, async ({ spec, signal }) => {
      if (spec.hang) await sleep(60_000, undefined, { signal });
    });
    kopf.on.resume('twins', { id: 'resume_fn' }, () => undefined);
  },
  steps: [start, create('a', { spec: { hang: true } }), begun(1), kill, patch('a', { spec: { hang: false } }), start, handled('a'), rest],
};
