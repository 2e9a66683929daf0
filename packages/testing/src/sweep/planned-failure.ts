import { TemporaryError } from '@kopfts/core';

/** A secret of the object and of errors: whoever shows it anywhere else tells what nobody asked it to tell (S17). */
export const CANARY = 'canary-of-workloads';

export const RETRY_SECONDS = 1;

/** The failure that handlers of stories make on purpose; what hangs on it is nobody's business but the handler's. */
export function plannedFailure(): TemporaryError {
  return new TemporaryError('planned', { delay: RETRY_SECONDS, cause: new Error(`refused: token ${CANARY}`) });
}
