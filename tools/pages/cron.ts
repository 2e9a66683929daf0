import { createRegistry } from '@kopfts/core';
import { cron } from '@kopfts/cron';

const kopf = createRegistry();

kopf.timer('KopfExample', { schedule: cron('0 3 * * *', { timezone: 'Europe/Berlin' }), jitter: '5m' }, async ({ name, logger }) => {
  logger.info(`Nightly work for ${name}.`);
});

export default kopf;
