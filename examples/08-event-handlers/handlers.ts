import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

kopf.on.event('KopfExample', { id: 'event_fn_with_error' }, () => {
  throw new Error('Oops!');
});

kopf.on.event('KopfExample', { id: 'normal_event_fn' }, ({ type, name }) => {
  console.log(`Event received: ${String(type)} ${name}`);
});
