import { createRegistry, PermanentError, TemporaryError } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

/** Never tried again: nothing that happens later would help. */
kopf.on.create('KopfExample', { id: 'instant_failure_with_only_a_message' }, () => {
  throw new PermanentError('Fail once and for all.');
});

/** Tried again when the handler says so. */
kopf.on.create('KopfExample', { id: 'eventual_success_with_a_few_messages' }, ({ retry }) => {
  if (retry < 3) throw new TemporaryError('Expected recoverable error.', { delay: 1 });
});

/** Any other error is tried again, too: here three times in all, a second apart. */
kopf.on.create('KopfExample', { id: 'eventual_failure_with_tracebacks', retries: 3, backoff: 1 }, () => {
  throw new Error('An error that is supposed to be recoverable.');
});

/** Unless the handler says that its errors are final. */
kopf.on.create('KopfExample', { id: 'instant_failure_with_traceback', errors: 'permanent' }, () => {
  throw new Error('An error that is not supposed to be recoverable.');
});
