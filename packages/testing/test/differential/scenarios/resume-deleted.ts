import { calls, create, gone, handled, remove, start, stop, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'resume-deleted',
  declare: (kopf) => {
    kopf.on.resume('twins', { id: 'resume_fn' }, () => undefined);
    kopf.on.resume('twins', { id: 'resume_deleted', deleted: true }, () => undefined);
    kopf.on.delete('twins', { id: 'delete_fn' }, () => undefined);
  },
  steps: [start, create('a'), handled('a'), stop, remove('a'), start, gone('a'), calls(2)],
};
