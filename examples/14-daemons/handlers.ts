import { createRegistry, TemporaryError } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

/** Fails at first, then runs beside everything else until it is told to stop, or for half a minute. */
kopf.daemon('KopfExample', { id: 'background', finalizer: true }, async ({ spec, patch, retry, stopped }) => {
  if (retry < 3) {
    patch.status.message = `attempt ${retry} failed`;
    throw new TemporaryError('Simulated failure.', { delay: 1 });
  }
  for (let round = 0; round < 6; round += 1) {
    console.log(`=> Ping from a daemon: field=${spec.field}`); // the newest value, each time
    if (await stopped.wait(5)) {
      console.log(`The daemon was told to stop: ${stopped.reason}.`);
      return;
    }
  }
});

/** Does not look at `stopped`: it gets a second to hear of its end, then its signal is aborted, and after half a second it is given up. */
kopf.daemon(
  'KopfExample',
  { id: 'listening', finalizer: true, annotations: { someannotation: 'somevalue' }, cancellationBackoff: 1, cancellationTimeout: 0.5 },
  async ({ signal }) => {
    try {
      console.log('=> Listening until the signal is aborted.');
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }));
    } catch {
      console.log('The listening daemon is cancelled.');
    }
  },
);
