// Every default of the engine, with its unit. Parsed once into a frozen value.
import { InvalidOptionError, UnknownOptionError } from '../errors.js';
import { durationMs, type Duration } from '../model/duration.js';
import { nearestName } from '../model/nearest-name.js';

/** What a configuration may say; everything is optional. Durations: a number is seconds, or text with a unit. */
export interface SettingsInput {
  readonly queueing?:
    | {
        /** Objects whose change handlers run at the same time; default unlimited. */
        readonly workerLimit?: number | undefined;
        /** Requests that change objects in flight at the same time; default 50. The others wait: those that release an object first. */
        readonly writeLimit?: number | undefined;
        /** Events waiting per object before neighbours merge; default 128. */
        readonly eventLimit?: number | undefined;
        /**
         * Waits after unexpected errors of one object; the last repeats. Anything that can be iterated, also without end: the first 100 are
         * taken. Empty: the error is reported, and the object is looked at again when it changes. Default 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610 s.
         */
        readonly errorDelays?: Iterable<Duration> | undefined;
        /** What running handlers get at the end of the operator; default 2 s. */
        readonly exitTimeout?: Duration | undefined;
      }
    | undefined;
  readonly execution?:
    | {
        /** Wait after arbitrary errors of handlers; default 60 s. */
        readonly defaultBackoff?: Duration | undefined;
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
}

/** All settings, in milliseconds and counts. */
export interface Settings {
  readonly queueing: {
    readonly workerLimit: number;
    readonly writeLimit: number;
    readonly eventLimit: number;
    readonly errorDelaysMs: readonly number[];
    readonly exitTimeoutMs: number;
  };
  readonly execution: { readonly defaultBackoffMs: number; readonly cancellationTimeoutMs: number };
  readonly persistence: { readonly flushAfterMs: number; readonly flushEveryMs: number; readonly consistencyTimeoutMs: number };
}

const ERROR_DELAYS = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610];
/** Of a list without end; after so many failures in a row it makes no difference. */
const MOST_DELAYS = 100;
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  queueing: ['workerLimit', 'writeLimit', 'eventLimit', 'errorDelays', 'exitTimeout'],
  execution: ['defaultBackoff', 'cancellationTimeout'],
  persistence: ['flushAfter', 'flushEvery', 'consistencyTimeout'],
};

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
      writeLimit: count(queueing.writeLimit, 50, 'queueing.writeLimit'),
      eventLimit: count(queueing.eventLimit, 128, 'queueing.eventLimit'),
      errorDelaysMs: delaysMs(queueing.errorDelays ?? ERROR_DELAYS, 'settings.queueing.errorDelays'),
      exitTimeoutMs: duration(queueing.exitTimeout, 2, 'queueing.exitTimeout'),
    }),
    execution: Object.freeze({
      defaultBackoffMs: duration(execution.defaultBackoff, 60, 'execution.defaultBackoff'),
      cancellationTimeoutMs: duration(execution.cancellationTimeout, 60, 'execution.cancellationTimeout'),
    }),
    persistence: Object.freeze({
      flushAfterMs: duration(persistence.flushAfter, 2, 'persistence.flushAfter'),
      flushEveryMs: duration(persistence.flushEvery, 30, 'persistence.flushEvery'),
      consistencyTimeoutMs: duration(persistence.consistencyTimeout, 5, 'persistence.consistencyTimeout'),
    }),
  });
}

/** @throws UnknownOptionError for the first key that nobody knows. */
export function rejectUnknown(where: string, value: object, known: readonly string[]): void {
  if (typeof value !== 'object') throw new InvalidOptionError(where, value, 'an object');
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new UnknownOptionError(where, unknown, nearestName(unknown, known));
}

function delaysMs(delays: Iterable<Duration>, path: string): readonly number[] {
  if (typeof delays === 'string' || typeof delays[Symbol.iterator] !== 'function')
    throw new InvalidOptionError(path, delays, 'a list of durations');
  const taken: number[] = [];
  for (const delay of delays) {
    taken.push(durationMs(delay, path));
    if (taken.length === MOST_DELAYS) break;
  }
  return Object.freeze(taken);
}

function count(value: number | undefined, fallback: number, path: string): number {
  if (value === undefined) return fallback;
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidOptionError(`settings.${path}`, value, 'a whole number of at least 1');
}
