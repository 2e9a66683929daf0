import { adopt, createRegistry, events, label } from '@kopfts/core';
import { api } from '@kopfts/kubernetes';

const kopf = createRegistry();
export default kopf;

kopf.on.startup({ id: 'startup_fn_1' }, ({ logger }) => logger.info('Starting, first.'));
kopf.on.startup({ id: 'startup_fn_2' }, ({ logger, memo }) => {
  memo.began = true;
  logger.info('Starting, second.');
});
kopf.on.cleanup({ id: 'cleanup_fn' }, ({ logger, memo }) => logger.info(`Cleaning up, began: ${String(memo.began)}.`));

/** Tells people about it, by Kubernetes Events. */
kopf.on.create('KopfExample', { id: 'create_1' }, (ctx) => {
  events(ctx).info('Created', `With the field ${String(ctx.spec.field)}.`);
  events(ctx).event('SomeType', 'SomeReason', { message: 'Some message' });
  return { job1: 100 };
});

/** Works at the second attempt. */
kopf.on.create('KopfExample', { id: 'create_2', retries: 3, backoff: 1 }, ({ retry }) => {
  if (retry === 0) throw new Error('An error of the first attempt.');
  return { job2: retry };
});

/** A pod that belongs to the object, and goes with it. */
kopf.on.create('KopfExample', { id: 'create_pod' }, async (ctx) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [{ name: 'main', image: 'busybox' }] } };
  adopt(ctx, pod);
  label(pod, { 'application-name': 'kopf-example' });
  const created = await api(ctx).create(pod);
  return { pod: created.metadata.name };
});

kopf.on.update('KopfExample', { id: 'update' }, ({ old, new: now, diff }) => {
  console.log(`Updated: ${diff.map(({ op, field }) => `${op} ${field.join('.')}`).join(', ')} (${old.spec.field} to ${now.spec.field})`);
});

/** Whatever happens to the list: creation counts, too. */
kopf.on.field('KopfExample', { id: 'items_changed', field: 'spec.items' }, ({ old, new: now }) => {
  console.log(`Items: ${JSON.stringify(old ?? [])} to ${JSON.stringify(now ?? [])}`);
});

kopf.on.delete('KopfExample', { id: 'delete' }, () => console.log('Deleted, really deleted.'));

/** Only the pods of this operator, by their label. */
kopf.on.event('pods', { id: 'pod_event', labels: { 'application-name': 'kopf-example' } }, ({ type, labels }) => {
  console.log(`Pod event: ${String(type)} of ${labels['application-name'] ?? ''}`);
});
