import { DuplicateIdError, InvalidOptionError } from '../errors.js';
import type { ValueCriterion } from '../model/filter.js';
import type { ChangeFunction } from '../model/handler-function.js';
import type { HandlerId } from '../model/ids.js';
import { FILTERS, nameOf, ownersOf, RETRIES } from './declare.js';
import type { ChangeHandler } from './handler-spec.js';
import { OptionCheck, type GivenOptions } from './option-check.js';

const OPTIONS: readonly string[] = [...FILTERS, ...RETRIES, 'old', 'new'];

/** What a handler says about one of its sub-handlers. */
export interface SubDeclaration {
  readonly fn: unknown;
  readonly options: GivenOptions;
}

/**
 * Checks a sub-handler and turns it into an immutable handler: of no reason, and about changes if its parent is (spec SH-08, SH-09, R-24).
 * The id is the parent's, with its field, and its own; no field is added (spec ).
 *
 * @throws InvalidOptionError, UnknownOptionError; all name the sub-handler and its parent.
 */
export function declareSubHandler(parent: ChangeHandler, { fn, options }: SubDeclaration): ChangeHandler {
  const of = `of '${parent.id}' (${parent.place})`;
  if (typeof fn !== 'function') throw new InvalidOptionError(`A sub-handler ${of}`, fn, 'a function');
  if (typeof (options as unknown) !== 'object' || Array.isArray(options)) {
    throw new InvalidOptionError(`The second argument of register, in the handler ${of}`, options, 'an object of options');
  }
  const own: unknown = options['id'] ?? nameOf(fn);
  const check = new OptionCheck(options, `the sub-handler '${String(own)}' ${of}`);
  check.known(OPTIONS, ownersOf);
  if (typeof own !== 'string' || own === '') throw check.wrong('id', 'text, not empty, because the function has no name');
  const field = check.field();
  check.criteria(field);
  for (const side of ['old', 'new'] as const) {
    if (options[side] !== undefined && !parent.needsChange) throw check.wrong(side, 'absent: only handlers of updates and fields have it');
  }
  return Object.freeze({
    id: `${parent.id}/${own}`,
    selector: parent.selector,
    place: parent.place,
    param: options['param'],
    labels: check.metadata('labels'),
    annotations: check.metadata('annotations'),
    when: check.when(),
    field,
    value: options['value'] as ValueCriterion | undefined,
    ...check.retryPolicy(),
    family: 'change',
    reason: undefined,
    needsChange: parent.needsChange,
    fn: fn as ChangeFunction,
    old: options['old'] as ValueCriterion | undefined,
    new: options['new'] as ValueCriterion | undefined,
    deleted: false,
    optional: false,
  });
}

/**
 * The functions of `execute`, as declarations: a mapping of ids, or functions whose names are the ids (spec SH-04).
 *
 * @throws InvalidOptionError for anything else.
 */
export function subDeclarations(functions: unknown, parent: ChangeHandler): readonly SubDeclaration[] {
  if (typeof functions === 'object' && functions !== null) {
    if (Symbol.iterator in functions) return [...(functions as Iterable<unknown>)].map((fn) => ({ fn, options: {} }));
    return Object.entries(functions).map(([id, fn]: [string, unknown]) => ({ fn, options: { id } }));
  }
  throw new InvalidOptionError(
    `The first argument of execute, in the handler '${parent.id}' (${parent.place}),`,
    functions,
    'a mapping of ids to functions, or a list of functions',
  );
}

/** The sub-handlers of a pass by their ids, so that one id never means two functions. */
export class SubHandlerIds {
  private readonly known = new Map<HandlerId, ChangeHandler>();
  private readonly declared: ReadonlySet<HandlerId>;

  /** @param declared Ids of the handlers of the kind. */
  constructor(declared: readonly HandlerId[]) {
    this.declared = new Set(declared);
  }

  /** @throws DuplicateIdError. */
  claim(handler: ChangeHandler): void {
    const other = this.known.get(handler.id);
    const text = `a sub-handler (${handler.place})`;
    if (this.declared.has(handler.id)) throw new DuplicateIdError(handler.id, 'a declared handler', text);
    if (other !== undefined && other.fn !== handler.fn) throw new DuplicateIdError(handler.id, `a sub-handler (${other.place})`, text);
    this.known.set(handler.id, handler);
  }
}
