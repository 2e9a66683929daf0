import { createRegistry, events, PermanentError, resource, TemporaryError } from '@kopfts/core';

interface Spec {
  readonly size?: string;
  readonly paused?: boolean;
  readonly items?: readonly string[];
}
const Example = resource<Spec, object>({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples' });

export const kopf = createRegistry();

kopf.on.create(Example, { id: 'create_fn', retries: 5 }, ({ spec, patch, logger, register }) => {
  if (spec.size === undefined) throw new PermanentError('The size is missing.');
  if (spec.paused) throw new TemporaryError('Paused.', { delay: 30 });
  for (const item of spec.items ?? []) {
    register(() => ({ length: item.length }), { id: item });
  }
  patch.metadata.labels['size'] = spec.size;
  logger.info(`Created with size ${spec.size}.`);
  return { size: spec.size };
});

kopf.on.field(Example, { id: 'resized', field: 'spec.size' }, (ctx) => {
  events(ctx).info('Resized', `From ${ctx.old ?? 'nothing'} to ${ctx.new ?? 'nothing'}.`);
});

kopf.timer(Example, { id: 'tick', interval: 60, finalizer: true, labels: { watched: 'yes' } }, ({ memo }) => {
  memo.ticks = Number(memo.ticks ?? 0) + 1;
  return { ticks: memo.ticks };
});

kopf.on.delete(Example, { id: 'delete_fn' }, ({ name, logger }) => {
  logger.info(`${name} is gone.`);
});
