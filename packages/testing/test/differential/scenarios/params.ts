import { create, handled, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'params',
  declare: (kopf) => {
    const fn = ({ param, patch }: { param: { key: string }; patch: { status: Record<string, unknown> } }) => {
      patch.status[param.key] = true;
    };
    kopf.on.create('twins', { id: 'fn_a', param: { key: 'a' } }, fn);
    kopf.on.create('twins', { id: 'fn_b', param: { key: 'b' } }, fn);
  },
  steps: [start, create('a'), handled('a')],
};
