import { calls, create, patchStatus, rest, snapshot, start, until, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'status-field',
  declare: (kopf) => {
    kopf.on.update('twins', { id: 'update_fn', field: 'status.phase' }, ({ old, new: fresh }) => [
      old === undefined ? null : String(old),
      String(fresh),
    ]);
    kopf.on.create('twins', { id: 'create_fn' }, ({ patch }) => {
      patch.status.phase = 'made';
    });
  },
  steps: [
    start,
    create('a', { spec: {} }),
    calls(1),
    rest,
    snapshot('created'),
    patchStatus('a', { phase: 'used', other: 1 }),
    until(
      'the use is handled',
      ({ objects }) => objects.get('a')?.metadata.annotations?.['kopf.zalando.org/last-handled-configuration']?.includes('used') === true,
    ),
    rest,
    patchStatus('a', { other: 2 }),
    rest,
  ],
};
