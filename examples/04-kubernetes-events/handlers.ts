import { createRegistry, events } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

kopf.on.create('KopfExample', { id: 'create_fn' }, (ctx) => {
  events(ctx).event('SomeType', 'SomeReason', { message: 'Some message' });
  events(ctx).info('SomeReason', 'All is well.');
  events(ctx).warn('SomeReason', 'Something may be wrong.');
  try {
    throw new RangeError('Exception text.');
  } catch (error) {
    events(ctx).exception(error, { message: 'Some exception happened:' });
  }
});
