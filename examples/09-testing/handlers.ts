import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

kopf.on.create('KopfExample', { id: 'create_fn' }, ({ logger, spec }) => {
  logger.info('Something was logged here.');
  return { seen: spec.field };
});
