import { fieldPath } from '../cause/diff.js';
import type { IndexDependency } from '../model/index-dependency.js';
import { InvalidOptionError, UnknownOptionError } from '../errors.js';
import { parseBackoff } from '../model/backoff-policy.js';
import { durationMs, type Duration } from '../model/duration.js';
import type { MetadataCriteria } from '../model/filter.js';
import type { InitialDelay, WhenPredicate } from '../model/handler-function.js';
import { nearestName } from '../model/nearest-name.js';
import type { FieldPath, FieldSpec } from '../model/patch.js';
import type { ErrorsMode } from '../model/retry-options.js';
import type { Schedule } from '../model/schedule.js';
import type { RetryPolicy } from './handler-spec.js';

const ERRORS_MODES: readonly unknown[] = ['ignored', 'temporary', 'permanent'];

/** As given: users of plain JavaScript can pass anything. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** Reads the options of one declaration; every complaint names it. */
export class OptionCheck {
  private readonly options: GivenOptions;
  private readonly where: string;

  constructor(options: GivenOptions, where: string) {
    this.options = options;
    this.where = where;
  }

  wrong(option: string, expected: string, value: unknown = this.options[option]): InvalidOptionError {
    return new InvalidOptionError(this.text(option), value, expected, { context: { handler: this.where } });
  }

  /** `ownersOf` says which other declarations have an option. */
  known(names: readonly string[], ownersOf: (option: string) => readonly string[]): void {
    const unknown = Object.keys(this.options).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    const owners = ownersOf(unknown);
    const remedy = owners.length > 0 ? { remedy: `\`${unknown}\` is an option of ${owners.join(', ')}.` } : {};
    throw new UnknownOptionError(this.where, unknown, owners.length > 0 ? undefined : nearestName(unknown, names), remedy);
  }

  field(): FieldPath | undefined {
    const given = this.options['field'];
    if (given === undefined) return undefined;
    const path = fieldPath(given as FieldSpec, this.text('field'));
    return path.length === 0 ? undefined : path;
  }

  criteria(field: FieldPath | undefined): void {
    const given = ['value', 'old', 'new'].filter((name) => this.options[name] !== undefined);
    if (field === undefined && given[0] !== undefined) throw this.wrong(given[0], 'given together with `field`');
    if (given[0] === 'value' && given[1] !== undefined) throw this.wrong('value', 'given without `old` and `new`');
  }

  metadata(stanza: 'labels' | 'annotations'): MetadataCriteria | undefined {
    const given = this.options[stanza];
    if (given === undefined) return undefined;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) throw this.wrong(stanza, 'an object of keys and criteria');
    for (const [key, value] of Object.entries(given)) {
      if (typeof value === 'string' || typeof value === 'symbol' || typeof value === 'function') continue;
      throw this.wrong(
        `${stanza}['${key}']`,
        'text, PRESENT, ABSENT or a function (for "any value" and "no such key": PRESENT and ABSENT)',
        value,
      );
    }
    return Object.freeze({ ...given }) as MetadataCriteria;
  }

  when(): WhenPredicate | undefined {
    const given = this.options['when'];
    if (given !== undefined && typeof given !== 'function') throw this.wrong('when', 'a function');
    return given as WhenPredicate | undefined;
  }

  flag(option: string): boolean {
    const given = this.options[option];
    if (given !== undefined && typeof given !== 'boolean') throw this.wrong(option, 'true or false');
    return given ?? false;
  }

  list(option: string): readonly unknown[] {
    const given = this.options[option];
    if (given !== undefined && !Array.isArray(given)) throw this.wrong(option, 'a list');
    return given ?? [];
  }

  /** `dependsOn` of a reconcile handler. */
  dependencies(): readonly IndexDependency<never>[] {
    const given = this.list('dependsOn');
    const isOne = (one: unknown): one is IndexDependency<never> =>
      isOptions(one) && isOptions(one['index']) && typeof one['index']['id'] === 'string' && isFunctionOrAbsent(one['keys']);
    if (given.every(isOne)) return given;
    throw this.wrong('dependsOn', 'a list of { index, keys }: what `kopf.index` returned, and a function or nothing');
  }

  duration(option: string): number | undefined {
    const given = this.options[option];
    return given === undefined ? undefined : durationMs(given as Duration, this.text(option));
  }

  retryPolicy(): RetryPolicy {
    const { errors, retries } = this.options;
    if (errors !== undefined && !ERRORS_MODES.includes(errors)) throw this.wrong('errors', "'ignored', 'temporary' or 'permanent'");
    if (retries !== undefined && !(typeof retries === 'number' && Number.isInteger(retries) && retries >= 0)) {
      throw this.wrong('retries', 'a whole number of attempts, 0 or more');
    }
    return {
      errors: errors as ErrorsMode | undefined,
      timeoutMs: this.duration('timeout'),
      retries,
      backoff: this.options['backoff'] === undefined ? undefined : parseBackoff(this.options['backoff'], this.text('backoff')),
    };
  }

  schedule() {
    const intervalMs = this.duration('interval');
    const sharp = this.flag('sharp');
    if (sharp && (intervalMs === undefined || intervalMs === 0))
      throw this.wrong('sharp', 'given together with an `interval` of more than 0');
    const schedule = this.options['schedule'];
    if (schedule !== undefined) this.checkSchedule(schedule);
    return {
      schedule: schedule as Schedule | undefined,
      intervalMs,
      jitterMs: this.duration('jitter') ?? 0,
      idleMs: this.duration('idle'),
      sharp,
    };
  }

  private checkSchedule(schedule: unknown): void {
    if (typeof (schedule as Partial<Schedule> | null)?.next !== 'function')
      throw this.wrong('schedule', "a schedule with a method `next(after)`, such as cron('0 3 * * *') of @kopfts/cron");
    const rival = ['interval', 'sharp', 'idle'].find((option) => this.options[option] !== undefined);
    if (rival !== undefined) throw this.wrong(rival, 'left out where there is a `schedule`');
  }

  /** Of timers and daemons. */
  background() {
    const given = this.options['initialDelay'];
    const initialDelay = typeof given === 'function' ? (given as InitialDelay) : (this.duration('initialDelay') ?? 0);
    return { initialDelay, finalizer: this.flag('finalizer') };
  }

  cancellation() {
    return {
      cancellationBackoffMs: this.duration('cancellationBackoff'),
      cancellationTimeoutMs: this.duration('cancellationTimeout'),
      cancellationPollingMs: this.positive('cancellationPolling'),
    };
  }

  private positive(option: string): number | undefined {
    const ms = this.duration(option);
    if (ms === 0) throw this.wrong(option, 'more than 0');
    return ms;
  }

  private text(option: string): string {
    return `\`${option}\` of ${this.where}`;
  }
}

function isOptions(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isFunctionOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}
