import { fieldName } from '../cause/diff.js';
import { InvalidOptionError } from '../errors.js';
import type { ValueCriterion } from '../model/filter.js';
import type { ChangeFunction, DaemonFunction, EventFunction, IndexFunction, TimerFunction } from '../model/handler-function.js';
import type { HandlerId } from '../model/ids.js';
import type { FieldPath } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import type { SelectorInput } from '../model/selector.js';
import type { AnyHandler } from './handler-spec.js';
import { OptionCheck, type GivenOptions } from './option-check.js';
import { parseSelector } from './selector.js';

/** What can be declared. */
export type HandlerKind = Purpose | 'field' | 'event' | 'timer' | 'daemon' | 'index' | 'reconcile';

export const FILTERS: readonly string[] = ['id', 'param', 'labels', 'annotations', 'when', 'field', 'value'];
export const RETRIES: readonly string[] = ['errors', 'timeout', 'retries', 'backoff'];
const OPTIONS: Readonly<Record<HandlerKind, readonly string[]>> = {
  create: [...FILTERS, ...RETRIES],
  update: [...FILTERS, ...RETRIES, 'old', 'new'],
  delete: [...FILTERS, ...RETRIES, 'optional'],
  resume: [...FILTERS, ...RETRIES, 'deleted'],
  field: [...FILTERS, ...RETRIES, 'old', 'new'],
  event: FILTERS,
  index: [...FILTERS, ...RETRIES],
  reconcile: [...FILTERS, ...RETRIES, 'owns', 'dependsOn'],
  timer: [...FILTERS, ...RETRIES, 'interval', 'initialDelay', 'jitter', 'idle', 'schedule', 'sharp', 'finalizer'],
  daemon: [...FILTERS, ...RETRIES, 'initialDelay', 'cancellationBackoff', 'cancellationTimeout', 'cancellationPolling', 'finalizer'],
};

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
  return kind === 'timer' || kind === 'daemon' || kind === 'index' ? kind : `on.${kind}`;
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
  check.known(OPTIONS[kind], ownersOf);
  const field = check.field();
  if (kind === 'field' && field === undefined) throw check.wrong('field', "the field to be watched, such as 'spec.replicas'");
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
  if (kind === 'index') return Object.freeze({ ...shared, ...check.retryPolicy(), family: 'index', fn: fn as IndexFunction });
  if (kind === 'timer' || kind === 'daemon') {
    const background = { ...shared, ...check.retryPolicy(), ...check.background() };
    return kind === 'timer'
      ? Object.freeze({ ...background, ...check.schedule(), family: 'timer', fn: fn as TimerFunction })
      : Object.freeze({ ...background, ...check.cancellation(), family: 'daemon', fn: fn as DaemonFunction });
  }
  if (kind === 'reconcile') {
    const background = { ...shared, ...check.retryPolicy(), initialDelay: 0, finalizer: false };
    const owned = check.list('owns').length > 0 ? ownedIndexId(shared.id) : undefined;
    const reconciles = { owned, dependsOn: check.dependencies() };
    return Object.freeze({ ...background, ...NO_SCHEDULE, reconciles, family: 'timer', fn: fn as TimerFunction });
  }
  return Object.freeze({
    ...shared,
    ...check.retryPolicy(),
    family: 'change',
    reason: kind === 'field' ? undefined : kind,
    needsChange: kind === 'update' || kind === 'field',
    fn: fn as ChangeFunction,
    old: options['old'] as ValueCriterion | undefined,
    new: options['new'] as ValueCriterion | undefined,
    deleted: check.flag('deleted'),
    optional: check.flag('optional'),
  });
}

/** The index of what a reconcile handler owns: children by the uids of their owners. */
export function ownedIndexId(handler: HandlerId): HandlerId {
  return `${handler}/owned`;
}

/** What changes wake is no matter of time. */
const NO_SCHEDULE = { schedule: undefined, intervalMs: undefined, jitterMs: 0, idleMs: undefined, sharp: false };

/** Without what `bind` puts before it: ids are persisted, a bound function is the same handler. */
export function nameOf(fn: { readonly name: string }): string {
  return fn.name.replace(/^(?:bound )+/, '');
}

/** The declarations that have an option, for messages. */
export function ownersOf(option: string): readonly string[] {
  return (Object.keys(OPTIONS) as HandlerKind[]).filter((kind) => OPTIONS[kind].includes(option)).map(kindText);
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
  // The name of an index is what handlers look it up by (spec I-01).
  return field === undefined || kind === 'index' ? own : `${own}/${fieldName(field)}`;
}
