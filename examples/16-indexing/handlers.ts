import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

/** Whether a pod runs, by its place. Keys are compared by value: lists, too. */
const isRunning = kopf.index(
  'pods',
  { id: 'is_running' },
  ({ namespace = '', name, status }) => new Map([[[namespace, name] as const, status.phase === 'Running']]),
);

/** Names of pods by each of their labels. */
const byLabel = kopf.index('pods', { id: 'by_label' }, ({ labels, name }) => new Map(Object.entries(labels).map((label) => [label, name])));

/** For whoever asks how the operator is: how many pods it knows of, and their names. */
kopf.on.probe({ id: 'pod_count' }, ({ index }) => index(isRunning).size);
kopf.on.probe({ id: 'pod_names' }, ({ index }) =>
  index(isRunning)
    .keys()
    .map(([, name]) => name)
    .sort(),
);

/** Every 5 seconds, how many pods run, and which of them have the label of the object. */
kopf.timer('KopfExample', { id: 'intervalled', interval: 5 }, ({ index, labels, patch }) => {
  const running = index(isRunning);
  patch.status['running-pods'] = running.keys().filter((place) => running.get(place).includes(true)).length;
  patch.status['same-label'] = [...index(byLabel).get(['somelabel', labels['somelabel'] ?? ''])].sort();
});
