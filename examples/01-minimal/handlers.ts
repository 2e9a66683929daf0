import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

kopf.on.create('KopfExample', { id: 'create_fn' }, ({ spec }) => {
  console.log(`And here we are! Creating: ${JSON.stringify(spec)}`);
  return { message: 'hello world' };
});
