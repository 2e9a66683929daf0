// Every default of the engine, with its unit. Parsed once into a frozen value.
import { InvalidOptionError, UnknownOptionError } from '../errors.js';
import { parseBackoff, type Backoff } from '../model/backoff-policy.js';
import { durationMs, type Duration } from '../model/duration.js';
import type { Lifecycle } from '../model/lifecycle.js';
import { isJsonObject } from '../model/json.js';
import { eachOf, together } from '../model/mistakes.js';
import { nearestName } from '../model/nearest-name.js';
import { LOG_LEVELS, type LogLevel, type MutableSettings, type SettingsInput } from '../model/settings-input.js';
import { DESCRIBED_SETTINGS } from './described-settings.js';

export { LOG_LEVELS, type LogLevel, type SettingsInput } from '../model/settings-input.js';

/** All settings, in milliseconds and counts. */
export interface Settings {
  /** `undefined`: no limit. */
  readonly process: { readonly ultimateExitingTimeoutMs: number | undefined };
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
  readonly background: { readonly cancellationPollingMs: number };
  readonly watching: {
    readonly labelSelectors: Readonly<Record<string, string>>;
    readonly fieldSelectors: Readonly<Record<string, string>>;
    readonly shardSelectors: Readonly<Record<string, string>>;
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
  readonly probing: { readonly maxAgeMs: number };
  readonly explaining: { readonly factLimit: number };
  readonly scanning: { readonly disabled: boolean };
}

/** Of a list without end; after so many failures in a row it makes no difference. */
const MOST_DELAYS = 100;

/**
 * Checks and completes settings; the result is frozen.
 *
 * @throws UnknownOptionError, InvalidOptionError with the path; MistakesError if there are several of them.
 */
export function parseSettings(input: SettingsInput = {}): Settings {
  checkObject('settings', input);
  const given = (section: string): object => (input as Record<string, object | undefined>)[section] ?? {};
  return together({
    sections: () => rejectUnknown('settings', input, Object.keys(DESCRIBED_SETTINGS)),
    names: () =>
      eachOf(Object.entries(DESCRIBED_SETTINGS), ([section, known]) =>
        rejectUnknown(`settings.${section}`, given(section), Object.keys(known)),
      ),
    // What is no object was told already.
    settings: () => parseSections(Object.fromEntries(Object.entries(input).filter(([section]) => isJsonObject(given(section))))),
  }).settings;
}

function parseSections(input: SettingsInput): Settings {
  return frozenTogether({
    process: () => parseProcess(input.process ?? {}),
    queueing: () => parseQueueing(input.queueing ?? {}),
    execution: () => parseExecution(input.execution ?? {}),
    persistence: () => parsePersistence(input.persistence ?? {}),
    background: () => parseBackground(input.background ?? {}),
    watching: () => parseWatching(input.watching ?? {}),
    posting: () => parsePosting(input.posting ?? {}),
    probing: () =>
      Object.freeze({ maxAgeMs: duration(input.probing?.maxAge ?? DESCRIBED_SETTINGS.probing.maxAge.fallback, 'probing.maxAge') }),
    explaining: () => Object.freeze({ factLimit: parseFactLimit(input.explaining ?? {}) }),
    scanning: () =>
      Object.freeze({
        disabled: flag(input.scanning?.disabled ?? DESCRIBED_SETTINGS.scanning.disabled.fallback, 'scanning.disabled'),
      }),
  });
}

function frozenTogether<Parts extends Readonly<Record<string, () => unknown>>>(parts: Parts): Readonly<ReturnType<typeof together<Parts>>> {
  return Object.freeze(together(parts));
}

type Given<Section extends keyof SettingsInput> = NonNullable<SettingsInput[Section]>;

/** None is allowed, too. */
function parseFactLimit({ factLimit = DESCRIBED_SETTINGS.explaining.factLimit.fallback }: Given<'explaining'>): number {
  return factLimit === 0 ? 0 : count(factLimit, 'explaining.factLimit');
}

function parseProcess({ ultimateExitingTimeout: given }: Given<'process'>): Settings['process'] {
  const timeout = given === undefined ? DESCRIBED_SETTINGS.process.ultimateExitingTimeout.fallback : given;
  return Object.freeze({ ultimateExitingTimeoutMs: timeout === null ? undefined : duration(timeout, 'process.ultimateExitingTimeout') });
}

function parseQueueing(given: Given<'queueing'>): Settings['queueing'] {
  const known = DESCRIBED_SETTINGS.queueing;
  return frozenTogether({
    workerLimit: () => (given.workerLimit === undefined ? Number.POSITIVE_INFINITY : count(given.workerLimit, 'queueing.workerLimit')),
    writeLimit: () => count(given.writeLimit ?? known.writeLimit.fallback, 'queueing.writeLimit'),
    eventLimit: () => count(given.eventLimit ?? known.eventLimit.fallback, 'queueing.eventLimit'),
    errorDelaysMs: () => delaysMs(given.errorDelays ?? known.errorDelays.fallback, 'queueing.errorDelays'),
    exitTimeoutMs: () => duration(given.exitTimeout ?? known.exitTimeout.fallback, 'queueing.exitTimeout'),
  });
}

function parseExecution(given: Given<'execution'>): Settings['execution'] {
  const known = DESCRIBED_SETTINGS.execution;
  return frozenTogether({
    defaultBackoff: () => parseBackoff(given.defaultBackoff ?? known.defaultBackoff.fallback, 'settings.execution.defaultBackoff'),
    cancellationTimeoutMs: () => duration(given.cancellationTimeout ?? known.cancellationTimeout.fallback, 'execution.cancellationTimeout'),
    lifecycle: () => lifecycle(given.lifecycle),
  });
}

function parsePersistence(given: Given<'persistence'>): Settings['persistence'] {
  const known = DESCRIBED_SETTINGS.persistence;
  return frozenTogether({
    flushAfterMs: () => duration(given.flushAfter ?? known.flushAfter.fallback, 'persistence.flushAfter'),
    flushEveryMs: () => duration(given.flushEvery ?? known.flushEvery.fallback, 'persistence.flushEvery'),
    consistencyTimeoutMs: () => duration(given.consistencyTimeout ?? known.consistencyTimeout.fallback, 'persistence.consistencyTimeout'),
  });
}

function parseBackground({ cancellationPolling }: Given<'background'>): Settings['background'] {
  const known = DESCRIBED_SETTINGS.background;
  return Object.freeze({
    cancellationPollingMs: positive(cancellationPolling ?? known.cancellationPolling.fallback, 'background.cancellationPolling'),
  });
}

function parseWatching({ labelSelectors, fieldSelectors, shardSelectors }: Given<'watching'>): Settings['watching'] {
  return frozenTogether({
    labelSelectors: () => selectors(labelSelectors, 'watching.labelSelectors'),
    fieldSelectors: () => selectors(fieldSelectors, 'watching.fieldSelectors'),
    shardSelectors: () => selectors(shardSelectors, 'watching.shardSelectors', anyText),
  });
}

/** A copy for startup handlers, with every section (design 2). */
export function mutableSettings(input: SettingsInput): MutableSettings {
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.keys(DESCRIBED_SETTINGS).map((section) => [section, { ...input[section as keyof SettingsInput] }]),
  );
  return copy as unknown as MutableSettings;
}

/** Nobody changes them any more. */
export function freezeSettings(settings: MutableSettings): MutableSettings {
  for (const section of Object.values(settings)) Object.freeze(section);
  return Object.freeze(settings);
}

function parsePosting(given: Given<'posting'>): Settings['posting'] {
  const known = DESCRIBED_SETTINGS.posting;
  const { reportingComponent: component } = given;
  return frozenTogether({
    enabled: () => flag(given.enabled ?? known.enabled.fallback, 'posting.enabled'),
    loggers: () => flag(given.loggers ?? known.loggers.fallback, 'posting.loggers'),
    level: () => level(given.level ?? known.level.fallback),
    reportingComponent: () => (component === undefined ? undefined : text(component, 'posting.reportingComponent')),
    reportingInstance: () => text(given.reportingInstance ?? known.reportingInstance.fallback, 'posting.reportingInstance'),
    eventNamePrefix: () => namePrefix(given.eventNamePrefix ?? known.eventNamePrefix.fallback),
    defaultBackoffsMs: () => delaysMs(given.defaultBackoffs ?? known.defaultBackoffs.fallback, 'posting.defaultBackoffs'),
    loggingBackoffsMs: () => delaysMs(given.loggingBackoffs ?? known.loggingBackoffs.fallback, 'posting.loggingBackoffs'),
    workerLimit: () => count(given.workerLimit ?? known.workerLimit.fallback, 'posting.workerLimit'),
  });
}

/** @throws UnknownOptionError for a key that nobody knows; MistakesError for several. */
export function rejectUnknown(where: string, value: object | null, known: readonly string[]): void {
  checkObject(where, value);
  eachOf(
    Object.keys(value).filter((key) => !known.includes(key)),
    (unknown) => {
      throw new UnknownOptionError(where, unknown, nearestName(unknown, known));
    },
  );
}

function checkObject(where: string, value: object | null): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InvalidOptionError(where, value, 'an object');
}

function lifecycle(value: Lifecycle | undefined): Lifecycle | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw new InvalidOptionError('settings.execution.lifecycle', value, 'a function, such as `asap`');
}

function duration(value: Duration, path: string): number {
  return durationMs(value, `settings.${path}`);
}

function delaysMs(delays: Iterable<Duration>, path: string): readonly number[] {
  if (typeof delays !== 'object' || typeof delays[Symbol.iterator] !== 'function')
    throw new InvalidOptionError(`settings.${path}`, delays, 'a list of durations');
  const taken: Duration[] = [];
  for (const delay of delays) {
    taken.push(delay);
    if (taken.length === MOST_DELAYS) break;
  }
  return Object.freeze(eachOf(taken, (delay, index) => durationMs(delay, `settings.${path}[${String(index)}]`)));
}

function positive(value: Duration, path: string): number {
  const ms = duration(value, path);
  if (ms > 0) return ms;
  throw new InvalidOptionError(`settings.${path}`, value, 'more than 0');
}

function count(value: number, path: string): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidOptionError(`settings.${path}`, value, 'a whole number of at least 1');
}

function flag(value: boolean, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidOptionError(`settings.${path}`, value, 'true or false');
}

function level(value: LogLevel): LogLevel {
  if (LOG_LEVELS.includes(value)) return value;
  throw new InvalidOptionError('settings.posting.level', value, `one of ${LOG_LEVELS.join(', ')}`);
}

/** By kind; what is right in them, the server knows. */
function selectors(value: Readonly<Record<string, string>> | undefined, path: string, check = text): Readonly<Record<string, string>> {
  const given = value ?? {};
  if (!isJsonObject(given)) throw new InvalidOptionError(`settings.${path}`, value, 'an object of selectors by kind');
  eachOf(Object.entries(given), ([key, selector]) => check(selector, `${path}['${key}']`));
  return Object.freeze({ ...given });
}

function anyText(value: string, path: string): string {
  return value === '' ? value : text(value, path);
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
