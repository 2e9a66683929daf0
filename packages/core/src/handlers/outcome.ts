import {
  errorText,
  HandlerRetriesError,
  HandlerTimeoutError,
  isPermanentError,
  isTemporaryError,
  isUnfinishedError,
  type TemporaryError,
} from '../errors.js';
import { backoffMs, type Backoff } from '../model/backoff-policy.js';
import { durationMs, type Duration } from '../model/duration.js';
import type { Instant } from '../model/instant.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { ErrorsMode } from '../model/retry-options.js';
import type { RetryPolicy } from './handler-spec.js';

/** How one attempt ended. */
export type Outcome =
  /** The function returned. */
  | { readonly kind: 'succeeded'; readonly result: unknown }
  /** It failed, and that does not matter: counts as success without a result. */
  | { readonly kind: 'ignored'; readonly error: unknown }
  /** It failed for good. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** Once more, after the delay; without one as soon as possible. */
  | { readonly kind: 'retry'; readonly error: unknown; readonly delayMs: number | undefined }
  /** Sub-handlers are left: to be called again when the first of them is due, and no attempt (spec E-31; the successor of E-32). */
  | { readonly kind: 'unfinished'; readonly delayMs: number }
  /** We stopped it ourselves: no attempt at all (design 6.11). */
  | { readonly kind: 'cancelled' };

/** Hard-coded in Kopf, too, whatever the settings say (spec E-21). */
const DEFAULT_DELAY_MS = 60_000;

/** Before an attempt: time or attempts may be used up already; then the function is not called (spec E-04, E-08). */
export function precheck(policy: RetryPolicy, record: ProgressRecord, now: Instant): Outcome | undefined {
  if (policy.timeoutMs !== undefined && now - record.started >= policy.timeoutMs) {
    return { kind: 'failed', error: timeoutError(policy.timeoutMs) };
  }
  if (policy.retries !== undefined && record.retries >= policy.retries) {
    return { kind: 'failed', error: new HandlerRetriesError(`The handler has exceeded ${policy.retries} retries.`) };
  }
  return undefined;
}

/** What a handler whose time is over is told by its signal, and counts as if it is not called any more. */
export function timeoutError(timeoutMs: number): HandlerTimeoutError {
  return new HandlerTimeoutError(`The handler has timed out after ${seconds(timeoutMs)}.`);
}

export interface AttemptContext {
  /** As before the attempt. */
  readonly record: ProgressRecord;
  readonly now: Instant;
  /** `settings.execution.defaultBackoff`. */
  readonly defaultBackoff: Backoff;
  /** In [0, 1), for the jitter of back-offs. */
  readonly random: number;
  /** Of the family: change handlers and timers `temporary`, event handlers `ignored` (spec H-03). */
  readonly defaultMode: ErrorsMode;
}

/** What a thrown value means. Only the error itself counts, not what it wraps (spec E-20..E-28, E-36). */
export function classifyError(error: unknown, policy: RetryPolicy, context: AttemptContext): Outcome {
  if (isPermanentError(error)) return { kind: 'failed', error };
  if (isUnfinishedError(error)) return { kind: 'unfinished', delayMs: error.delayMs };
  if (isTemporaryError(error)) return retryOrStop(error, askedDelayMs(error), { policy, context });
  const mode = policy.errors ?? context.defaultMode;
  if (mode === 'ignored') return { kind: 'ignored', error };
  if (mode === 'permanent') return { kind: 'failed', error };
  return retryOrStop(error, backoffMs(policy.backoff ?? context.defaultBackoff, context.record.retries, context.random), {
    policy,
    context,
  });
}

interface Limits {
  readonly policy: RetryPolicy;
  readonly context: AttemptContext;
}

/** There is no point in waiting for an attempt that will not be made: first the time is looked at, then the number (spec E-22, E-23, E-26). */
function retryOrStop(error: unknown, delayMs: number | undefined, { policy, context: { record, now } }: Limits): Outcome {
  if (policy.timeoutMs !== undefined && now - record.started + (delayMs ?? 0) >= policy.timeoutMs) {
    const message = `The handler would time out after ${seconds(policy.timeoutMs)}: ${errorText(error)}`;
    return { kind: 'failed', error: new HandlerTimeoutError(message, { cause: error }) };
  }
  if (policy.retries !== undefined && record.retries + 1 >= policy.retries) {
    const message = `The handler would exceed ${policy.retries} retries: ${errorText(error)}`;
    return { kind: 'failed', error: new HandlerRetriesError(message, { cause: error }) };
  }
  return { kind: 'retry', error, delayMs };
}

/** The delay of a `TemporaryError`; null means at once (spec E-21). One that is no duration must not hide the error itself. */
function askedDelayMs({ delay }: TemporaryError): number | undefined {
  if (delay === null) return undefined;
  if (typeof delay === 'number' && delay < 0) return 0;
  try {
    return durationMs(delay as Duration, 'delay');
  } catch {
    return DEFAULT_DELAY_MS;
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
