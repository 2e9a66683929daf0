import type { BackoffPolicy } from './backoff-policy.js';
import type { Duration } from './duration.js';

/** What arbitrary errors of a handler mean (spec E-24..E-27, H-03, E-37). */
export type ErrorsMode = 'ignored' | 'temporary' | 'permanent';

/** How often and how long a handler is tried: of all handlers but those of events. */
export interface RetryOptions {
  /** What arbitrary errors mean. Default: `'temporary'`. */
  readonly errors?: ErrorsMode | undefined;
  /**
   * Overall, from the first attempt, over restarts; then the handler's `signal` aborts, and a handler that ignores it for
   * `settings.execution.cancellationTimeout` has failed, whatever it does later. A number is seconds. Default: unlimited.
   */
  readonly timeout?: Duration | undefined;
  /** Attempts in total. Default: unlimited. */
  readonly retries?: number | undefined;
  /** Between attempts after arbitrary errors: always the same, or a policy that grows. A number is seconds. Default: `settings.execution.defaultBackoff`. */
  readonly backoff?: Duration | BackoffPolicy | undefined;
}
