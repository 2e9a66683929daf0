// Where the adapter of a cluster gets credentials from, if the user declared how to log in.
import type { ConnectionInfo } from '../model/connection.js';
import type { HandlerId } from '../model/ids.js';

export type { ConnectionInfo } from '../model/connection.js';

/** What one login handler returned; not checked yet. */
export interface LoggedIn {
  readonly handler: HandlerId;
  readonly info: ConnectionInfo;
}

/** The login handlers of an operator. */
export interface LoginHandlers {
  /**
   * Runs them once. Resolves as soon as all of them were tried and one gave something, or none has anything left to try; what comes of
   * others that wait for another attempt is given up then. One call at a time.
   *
   * @throws ActivityFailedError `KOPF_ACTIVITY_FAILED` if one failed for good and none gave anything; the reason of the signal.
   */
  run(signal: AbortSignal): Promise<readonly LoggedIn[]>;
}
