// Every default of the engine, with its unit. Parsed once into a frozen value.
import { InvalidOptionError, UnknownOptionError } from '../errors.js';
import { parseBackoff, type Backoff } from '../model/backoff-policy.js';
import { durationMs, type Duration } from '../model/duration.js';
import type { Lifecycle } from '../model/lifecycle.js';
import { isJsonObject } from '../model/json.js';
import { nearestName } from '../model/nearest-name.js';
import { LOG_LEVELS, type LogLevel, type MutableSettings, type SettingsInput } from '../model/settings-input.js';

export { LOG_LEVELS, type LogLevel, type SettingsInput } from '../model/settings-input.js';

/** All settings, in milliseconds and counts. */
export interface Settings {
  readonly queueing: {
    readonly workerLimit: number;
    readonly writeLimit: number;
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
  readonly watching: {
    readonly labelSelectors: Readonly<Record<string, string>>;
    readonly fieldSelectors: Readonly<Record<string, string>>;
  };
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
/** Of a list without end; after so many failures in a row it makes no difference. */
const MOST_DELAYS = 100;
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  queueing: ['workerLimit', 'writeLimit', 'eventLimit', 'errorDelays', 'exitTimeout'],
  execution: ['defaultBackoff', 'cancellationTimeout', 'lifecycle'],
  persistence: ['flushAfter', 'flushEvery', 'consistencyTimeout'],
  watching: ['labelSelectors', 'fieldSelectors'],
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
      writeLimit: count(queueing.writeLimit, 50, 'queueing.writeLimit'),
      eventLimit: count(queueing.eventLimit, 128, 'queueing.eventLimit'),
      errorDelaysMs: delaysMs(queueing.errorDelays ?? ERROR_DELAYS, 'settings.queueing.errorDelays'),
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
    watching: Object.freeze({
      labelSelectors: selectors(input.watching?.labelSelectors, 'watching.labelSelectors'),
      fieldSelectors: selectors(input.watching?.fieldSelectors, 'watching.fieldSelectors'),
    }),
    posting: parsePosting(input.posting),
  });
}

/** A copy for startup handlers, with every section (design 2). */
export function mutableSettings(input: SettingsInput): MutableSettings {
  return {
    queueing: { ...input.queueing },
    execution: { ...input.execution },
    persistence: { ...input.persistence },
    watching: { ...input.watching },
    posting: { ...input.posting },
  };
}

/** Nobody changes them any more. */
export function freezeSettings(settings: MutableSettings): MutableSettings {
  for (const section of Object.values(settings)) Object.freeze(section);
  return Object.freeze(settings);
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

/** By kind; what is right in them, the server knows. */
function selectors(value: Readonly<Record<string, string>> | undefined, path: string): Readonly<Record<string, string>> {
  const given = value ?? {};
  if (!isJsonObject(given)) throw new InvalidOptionError(`settings.${path}`, value, 'an object of selectors by kind');
  for (const [key, selector] of Object.entries(given)) text(selector, `${path}['${key}']`);
  return Object.freeze({ ...given });
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
