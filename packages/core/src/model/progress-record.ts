import type { HandlerId } from './ids.js';
import type { Instant } from './instant.js';

/** Why change handlers run; the first four are the users' (spec C-29). */
export type Reason = 'create' | 'update' | 'delete' | 'resume' | 'noop' | 'free' | 'gone';
export type Purpose = Extract<Reason, 'create' | 'update' | 'delete' | 'resume'>;

/** What is stored about one handler across its attempts (spec G-01..G-07, A.2). */
export interface ProgressRecord {
  /** First selection. */
  readonly started: Instant;
  /** Final outcome, if any. */
  readonly stopped: Instant | undefined;
  /** Earliest next attempt, if one is scheduled. */
  readonly delayed: Instant | undefined;
  /** Absent in records of very old Kopf versions: counts for any purpose. */
  readonly purpose: Purpose | undefined;
  /** Attempts made so far. */
  readonly retries: number;
  readonly success: boolean;
  readonly failure: boolean;
  /** Text of the last error. */
  readonly message: string | undefined;
  /** Ids of all sub-handlers of any depth, sorted. */
  readonly subrefs: readonly HandlerId[] | undefined;
}
