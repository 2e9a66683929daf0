import { fieldName, fieldPath } from '../cause/diff.js';
import { InvalidOptionError, UnknownOptionError } from '../errors.js';
import { durationMs, type Duration } from '../model/duration.js';
import type { MetadataCriteria, ValueCriterion } from '../model/filter.js';
import type { ChangeFunction, EventFunction, TimerFunction, WhenPredicate } from '../model/handler-function.js';
import { nearestName } from '../model/nearest-name.js';
import type { FieldPath, FieldSpec } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import type { SelectorInput } from '../model/selector.js';
import type { AnyHandler, ErrorsMode, RetryPolicy } from './handler-spec.js';
import { parseSelector } from './selector.js';

/** What can be declared. */
export type HandlerKind = Purpose | 'event' | 'timer';

const FILTERS = ['id', 'param', 'labels', 'annotations', 'when', 'field', 'value'];
const RETRIES = ['errors', 'timeout', 'retries', 'backoff'];
const OPTIONS: Readonly<Record<HandlerKind, readonly string[]>> = {
  create: [...FILTERS, ...RETRIES],
  update: [...FILTERS, ...RETRIES, 'old', 'new'],
  delete: [...FILTERS, ...RETRIES, 'optional'],
  resume: [...FILTERS, ...RETRIES, 'deleted'],
  event: FILTERS,
  timer: [...FILTERS, ...RETRIES, 'interval', 'initialDelay', 'idle', 'sharp', 'finalizer'],
};
const ERRORS_MODES: readonly unknown[] = ['ignored', 'temporary', 'permanent'];

/** As given: users of plain JavaScript can pass anything. */
export type GivenOptions = Readonly<Record<string, unknown>>;

export interface Declaration {
  readonly kind: HandlerKind;
  readonly selector: SelectorInput;
  readonly options: GivenOptions;
  readonly fn: unknown;
  readonly place: string;
  readonly strictIds: boolean;
}

/** How a kind is written in code, for messages. */
export function kindText(kind: HandlerKind): string {
  return kind === 'timer' ? 'timer' : `on.${kind}`;
}

/**
 * Checks a declaration and turns it into an immutable handler (spec ..R-25).
 *
 * @throws InvalidOptionError, UnknownOptionError, InvalidSelectorError; all name the handler and its place.
 */
export function declareHandler(declaration: Declaration): AnyHandler {
  const { kind, options, place, fn } = declaration;
  if (typeof fn !== 'function') {
    throw new InvalidOptionError(`The last argument of ${kindText(kind)} (${place})`, fn, 'the function that handles the object');
  }
  if (typeof (options as unknown) !== 'object' || Array.isArray(options)) {
    throw new InvalidOptionError(`The second argument of ${kindText(kind)} (${place})`, options, 'an object of options, or the function');
  }
  const ownName = nameOf(fn);
  const check = new OptionCheck(options, `${kindText(kind)} '${ownName === '' ? kind : ownName}' (${place})`);
  check.known(OPTIONS[kind]);
  const field = check.field();
  const shared = {
    id: handlerId(declaration, ownName, { field, check }),
    selector: parseSelector(declaration.selector),
    place,
    param: options['param'],
    labels: check.metadata('labels'),
    annotations: check.metadata('annotations'),
    when: check.when(),
    field,
    value: options['value'] as ValueCriterion | undefined,
  };
  check.criteria(field);
  if (kind === 'event') return Object.freeze({ ...shared, family: 'event', fn: fn as EventFunction });
  if (kind === 'timer')
    return Object.freeze({ ...shared, ...check.retryPolicy(), ...check.schedule(), family: 'timer', fn: fn as TimerFunction });
  return Object.freeze({
    ...shared,
    ...check.retryPolicy(),
    family: 'change',
    reason: kind,
    fn: fn as ChangeFunction,
    old: options['old'] as ValueCriterion | undefined,
    new: options['new'] as ValueCriterion | undefined,
    deleted: check.flag('deleted'),
    optional: check.flag('optional'),
  });
}

/** Without what `bind` puts before it: ids are persisted, a bound function is the same handler. */
function nameOf(fn: { readonly name: string }): string {
  return fn.name.replace(/^(?:bound )+/, '');
}

interface Named {
  readonly field: FieldPath | undefined;
  readonly check: OptionCheck;
}

function handlerId({ kind, options, strictIds }: Declaration, ownName: string, { field, check }: Named): string {
  const given = options['id'];
  if (given !== undefined && (typeof given !== 'string' || given === '')) throw check.wrong('id', 'text, not empty');
  if (given === undefined && strictIds) throw check.wrong('id', 'given, because this registry has `strictIds`');
  const own = given ?? (ownName === '' ? kind : ownName);
  return field === undefined ? own : `${own}/${fieldName(field)}`;
}

/** Reads the options of one declaration; every complaint names it. */
class OptionCheck {
  private readonly options: GivenOptions;
  private readonly where: string;

  constructor(options: GivenOptions, where: string) {
    this.options = options;
    this.where = where;
  }

  wrong(option: string, expected: string, value: unknown = this.options[option]): InvalidOptionError {
    return new InvalidOptionError(this.text(option), value, expected, { context: { handler: this.where } });
  }

  known(names: readonly string[]): void {
    const unknown = Object.keys(this.options).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    const owners = (Object.keys(OPTIONS) as HandlerKind[]).filter((kind) => OPTIONS[kind].includes(unknown)).map(kindText);
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
      backoffMs: this.duration('backoff'),
    };
  }

  schedule() {
    const intervalMs = this.duration('interval');
    const sharp = this.flag('sharp');
    if (sharp && (intervalMs === undefined || intervalMs === 0))
      throw this.wrong('sharp', 'given together with an `interval` of more than 0');
    return {
      intervalMs,
      initialDelayMs: this.duration('initialDelay') ?? 0,
      idleMs: this.duration('idle'),
      sharp,
      finalizer: this.flag('finalizer'),
    };
  }

  private text(option: string): string {
    return `\`${option}\` of ${this.where}`;
  }
}
