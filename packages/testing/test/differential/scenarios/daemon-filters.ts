import { begun, calls, create, gone, held, patch, released, remove, snapshot, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'daemon-filters',
  declare: (kopf) => {
    kopf.daemon('twins', { id: 'matching', finalizer: true, labels: { watched: 'yes' } }, async ({ stopped }) => {
      await stopped.wait();
    });
  },
  steps: [
    start,
    create('a', { spec: {}, metadata: { labels: { watched: 'yes' } } }),
    held('a'),
    begun(1),
    patch('a', { metadata: { labels: { watched: 'no' } } }),
    released('a'),
    calls(1),
    snapshot('unwatched'),
    patch('a', { metadata: { labels: { watched: 'yes' } } }),
    held('a'),
    begun(2),
    snapshot('watched'),
    remove('a'),
    gone('a'),
  ],
};
