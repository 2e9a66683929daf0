import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

/** Once the object was left alone for 5 seconds, every 2 seconds. */
kopf.timer('KopfExample', { id: 'every_2_seconds', idle: 5, interval: 2 }, ({ spec }) => {
  console.log(`Ping from a timer, field=${spec.field}`);
});

/** Once the object was left alone for 10 seconds, every 4 seconds. */
kopf.timer('KopfExample', { id: 'every_4_seconds', idle: 10, interval: 4 }, async ({ spec }) => {
  await Promise.resolve();
  console.log(`Ping from a slow timer, field=${spec.field}`);
});
