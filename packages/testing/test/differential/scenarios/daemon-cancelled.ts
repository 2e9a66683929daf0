import { systemClock } from '@kopfts/core';
import { begun, create, gone, held, remove, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'daemon-cancelled',
  declare: (kopf) => {
    const options = { id: 'stubborn', finalizer: true, cancellationBackoff: 1, cancellationTimeout: 5 };
    kopf.daemon('twins', options, async ({ signal }) => {
      await systemClock.sleep(3_600_000, signal);
    });
  },
  steps: [start, create('a'), held('a'), begun(1), remove('a'), gone('a')],
};
