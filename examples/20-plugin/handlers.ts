import { createRegistry, TemporaryError } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

kopf.on.create('KopfExample', function greet({ retry, spec, logger }) {
  if (retry === 0) throw new TemporaryError('not yet', { delay: 1 });
  logger.info(`Hello, ${String(spec.name)}!`);
});

kopf.on.update('KopfExample', function rename({ spec, logger }) {
  logger.info(`Now ${String(spec.name)}!`);
});
