// Every default of the engine, with its unit. Parsed once into a frozen value.
import { InvalidOptionError, UnknownOptionError } from '../errors.js';
import { parseBackoff, type Backoff, type BackoffPolicy } from '../model/backoff-policy.js';
import { durationMs, type Duration } from '../model/duration.js';
import type { Lifecycle } from '../model/lifecycle.js';
import { nearestName } from '../model/nearest-name.js';

/** What a configuration may say; everything is optional. Durations: a number is seconds, or text with a unit. */
export interface SettingsInput {
  readonly queueing?:
    | {
        /** Objects whose change handlers run at the same time; default unlimited. */
        readonly workerLimit?: number | undefined;
        /** Events waiting per object before neighbours merge; default 128. */
        readonly eventLimit?: number | undefined;
        /** Waits after unexpected errors of one object; the last repeats. Default 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610 s. */
        readonly errorDelays?: readonly Duration[] | undefined;
        /** What running handlers get at the end of the operator; default 2 s. */
        readonly exitTimeout?: Duration | undefined;
      }
    | undefined;
  readonly execution?:
    | {
        /** Wait after arbitrary errors of handlers, always the same or a policy that grows; default 60 s. */
        readonly defaultBackoff?: Duration | BackoffPolicy | undefined;
        /** Which handlers of changes, of those that are due, run in one pass, and in which order; default all (`allAtOnce`). */
        readonly lifecycle?: Lifecycle | undefined;
        /** How long a deletion waits for a cancelled handler of the same object, and a pass for a hanging event handler; default 60 s. */
        readonly cancellationTimeout?: Duration | undefined;
      }
    | undefined;
  readonly persistence?:
    | {
        /** A pass that lasts longer writes what it has; default 2 s. */
        readonly flushAfter?: Duration | undefined;
        /** … and again so often, if something changed; default 30 s. */
        readonly flushEvery?: Duration | undefined;
        /** How long to wait for an own write to come back where versions cannot be compared; default 5 s, 0 disables. */
        readonly consistencyTimeout?: Duration | undefined;
      }
    | undefined;
  /** Kubernetes Events: what `kubectl describe` shows below an object. */
  readonly posting?:
    | {
        /** Whether any are posted; default true. */
        readonly enabled?: boolean | undefined;
        /** Whether what handlers log becomes Events, too, with what the engine says of change handlers and timers; default false. */
        readonly loggers?: boolean | undefined;
        /** The lowest level that is posted: `debug`, `info`, `warn` or `error`; default `info`. */
        readonly level?: LogLevel | undefined;
        /** Who says so; default the operator's name, or `kopf` without one. */
        readonly reportingComponent?: string | undefined;
        /** Which one of it; default `dev`. */
        readonly reportingInstance?: string | undefined;
        /** Beginning of the names of Events; default `kopf-event-`. */
        readonly eventNamePrefix?: string | undefined;
        /** Waits before further attempts to post what handlers ask for; default 1, 1, 2, 3, 5, 8, 13, 21 s; empty: one attempt. */
        readonly defaultBackoffs?: readonly Duration[] | undefined;
        /** The same for Events made of log lines; default 1, 1, 2, 3, 5 s. */
        readonly loggingBackoffs?: readonly Duration[] | undefined;
        /** Events being posted at the same time; default 4. */
        readonly workerLimit?: number | undefined;
      }
    | undefined;
}

/** Levels of log lines, from the least to the most important. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** All settings, in milliseconds and counts. */
export interface Settings {
  readonly queueing: {
    readonly workerLimit: number;
    readonly eventLimit: number;
    readonly errorDelaysMs: readonly number[];
    readonly exitTimeoutMs: number;
  };
  readonly execution: {
    readonly defaultBackoff: Backoff;
    readonly cancellationTimeoutMs: number;
    readonly lifecycle: Lifecycle | undefined;
  };
  readonly persistence: { readonly flushAfterMs: number; readonly flushEveryMs: number; readonly consistencyTimeoutMs: number };
  readonly posting: {
    readonly enabled: boolean;
    readonly loggers: boolean;
    readonly level: LogLevel;
    /** `undefined`: that of the operator's identity. */
    readonly reportingComponent: string | undefined;
    readonly reportingInstance: string;
    readonly eventNamePrefix: string;
    readonly defaultBackoffsMs: readonly number[];
    readonly loggingBackoffsMs: readonly number[];
    readonly workerLimit: number;
  };
}

const ERROR_DELAYS = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610];
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  queueing: ['workerLimit', 'eventLimit', 'errorDelays', 'exitTimeout'],
  execution: ['defaultBackoff', 'cancellationTimeout', 'lifecycle'],
  persistence: ['flushAfter', 'flushEvery', 'consistencyTimeout'],
  posting: [
    'enabled',
    'loggers',
    'level',
    'reportingComponent',
    'reportingInstance',
    'eventNamePrefix',
    'defaultBackoffs',
    'loggingBackoffs',
    'workerLimit',
  ],
};
const POSTING_BACKOFFS = [1, 1, 2, 3, 5, 8, 13, 21];
const LOGGING_BACKOFFS = [1, 1, 2, 3, 5];

/** Checks and completes settings; the result is frozen. @throws UnknownOptionError, InvalidOptionError with the path. */
export function parseSettings(input: SettingsInput = {}): Settings {
  rejectUnknown('settings', input, Object.keys(KNOWN));
  for (const [section, names] of Object.entries(KNOWN))
    rejectUnknown(`settings.${section}`, (input as Record<string, object>)[section] ?? {}, names);
  const { queueing = {}, execution = {}, persistence = {} } = input;
  const duration = (value: Duration | undefined, fallbackSeconds: number, path: string) =>
    durationMs(value ?? fallbackSeconds, `settings.${path}`);
  return Object.freeze({
    queueing: Object.freeze({
      workerLimit: count(queueing.workerLimit, Number.POSITIVE_INFINITY, 'queueing.workerLimit'),
      eventLimit: count(queueing.eventLimit, 128, 'queueing.eventLimit'),
      errorDelaysMs: Object.freeze(
        (queueing.errorDelays ?? ERROR_DELAYS).map((delay) => durationMs(delay, 'settings.queueing.errorDelays')),
      ),
      exitTimeoutMs: duration(queueing.exitTimeout, 2, 'queueing.exitTimeout'),
    }),
    execution: Object.freeze({
      defaultBackoff: parseBackoff(execution.defaultBackoff ?? 60, 'settings.execution.defaultBackoff'),
      cancellationTimeoutMs: duration(execution.cancellationTimeout, 60, 'execution.cancellationTimeout'),
      lifecycle: lifecycle(execution.lifecycle),
    }),
    persistence: Object.freeze({
      flushAfterMs: duration(persistence.flushAfter, 2, 'persistence.flushAfter'),
      flushEveryMs: duration(persistence.flushEvery, 30, 'persistence.flushEvery'),
      consistencyTimeoutMs: duration(persistence.consistencyTimeout, 5, 'persistence.consistencyTimeout'),
    }),
    posting: parsePosting(input.posting),
  });
}

function parsePosting(input: SettingsInput['posting'] = {}): Settings['posting'] {
  const delays = (given: readonly Duration[] | undefined, fallback: readonly number[], path: string): readonly number[] =>
    Object.freeze((given ?? fallback).map((delay) => durationMs(delay, `settings.posting.${path}`)));
  return Object.freeze({
    enabled: flag(input.enabled, true, 'posting.enabled'),
    loggers: flag(input.loggers, false, 'posting.loggers'),
    level: oneOf(input.level, 'info', { known: LOG_LEVELS, path: 'posting.level' }),
    reportingComponent: input.reportingComponent === undefined ? undefined : text(input.reportingComponent, 'posting.reportingComponent'),
    reportingInstance: text(input.reportingInstance ?? 'dev', 'posting.reportingInstance'),
    eventNamePrefix: namePrefix(input.eventNamePrefix ?? 'kopf-event-'),
    defaultBackoffsMs: delays(input.defaultBackoffs, POSTING_BACKOFFS, 'defaultBackoffs'),
    loggingBackoffsMs: delays(input.loggingBackoffs, LOGGING_BACKOFFS, 'loggingBackoffs'),
    workerLimit: count(input.workerLimit, 4, 'posting.workerLimit'),
  });
}

/** @throws UnknownOptionError for the first key that nobody knows. */
export function rejectUnknown(where: string, value: object, known: readonly string[]): void {
  if (typeof value !== 'object') throw new InvalidOptionError(where, value, 'an object');
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new UnknownOptionError(where, unknown, nearestName(unknown, known));
}

function lifecycle(value: Lifecycle | undefined): Lifecycle | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw new InvalidOptionError('settings.execution.lifecycle', value, 'a function, such as `asap`');
}

function count(value: number | undefined, fallback: number, path: string): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidOptionError(`settings.${path}`, value, 'a whole number of at least 1');
}

function flag(value: boolean | undefined, fallback: boolean, path: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? fallback;
  throw new InvalidOptionError(`settings.${path}`, value, 'true or false');
}

function oneOf<T extends string>(
  value: T | undefined,
  fallback: T,
  { known, path }: { readonly known: readonly T[]; readonly path: string },
): T {
  if (value === undefined || known.includes(value)) return value ?? fallback;
  throw new InvalidOptionError(`settings.${path}`, value, `one of ${known.join(', ')}`);
}

function text(value: string, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidOptionError(`settings.${path}`, value, 'a text that is not empty');
}

/** Names of Events are DNS subdomains; a uuid follows. */
function namePrefix(value: string): string {
  if (typeof value === 'string' && value.length <= 200 && /^[a-z0-9]([-a-z0-9.]*)$/.test(value)) return value;
  throw new InvalidOptionError(
    'settings.posting.eventNamePrefix',
    value,
    'the beginning of a name: lower-case letters, digits, dashes and dots, at most 200',
  );
}
