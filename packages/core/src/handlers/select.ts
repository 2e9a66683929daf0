import { reduceDiff, resolveField } from '../cause/diff.js';
import type { Cause } from '../cause/detect-cause.js';
import type { FilterName } from '../model/filter.js';
import type { HandlerId } from '../model/ids.js';
import type { Json } from '../model/json.js';
import type { Diff, FieldPath } from '../model/patch.js';
import type { AnyHandler, BackgroundHandler, ChangeHandler } from './handler-spec.js';
import { matchHandler, prematchHandler, type MatchInput } from './match.js';

/** A handler that does not run now, and which filter said so. */
export interface SkippedHandler {
  readonly handler: ChangeHandler;
  readonly filter: FilterName;
  readonly found?: unknown;
}

export interface Selection {
  readonly selected: readonly ChangeHandler[];
  readonly skipped: readonly SkippedHandler[];
}

/**
 * Which handlers a cause asks for, in the order of registration (spec C-40, C-41). One function under one id runs once,
 * however often it is registered (spec ).
 */
export function selectChangeHandlers(handlers: readonly ChangeHandler[], cause: Cause, input: MatchInput): Selection {
  const selected: ChangeHandler[] = [];
  const skipped: SkippedHandler[] = [];
  const seen: MatchInput = { body: input.body, old: cause.old, new: cause.new, args: () => input.args() };
  for (const handler of handlers) {
    if (selected.some((other) => other.id === handler.id && other.fn === handler.fn)) continue;
    const refusal = reasonMismatch(handler, cause, input);
    const verdict = refusal === undefined ? matchHandler(handler, seen) : ({ matched: false, ...refusal } as const);
    if (verdict.matched) selected.push(handler);
    else skipped.push({ handler, filter: verdict.filter, ...('found' in verdict ? { found: verdict.found } : {}) });
  }
  return { selected, skipped };
}

/** Sub-handlers have no reason, all other filters count (spec SH-08). */
export function selectSubHandlers(handlers: readonly ChangeHandler[], input: MatchInput): Selection {
  const selected: ChangeHandler[] = [];
  const skipped: SkippedHandler[] = [];
  for (const handler of handlers) {
    if (selected.some((other) => other.id === handler.id)) continue;
    const verdict = matchHandler(handler, input);
    if (verdict.matched) selected.push(handler);
    else skipped.push({ handler, filter: verdict.filter, found: verdict.found });
  }
  return { selected, skipped };
}

/** Resume handlers mix into whatever is handled first; the others wait for their own reason (spec H-24..H-26). */
function reasonMismatch(handler: ChangeHandler, cause: Cause, input: MatchInput): Omit<SkippedHandler, 'handler'> | undefined {
  const isHandled = cause.reason === 'create' || cause.reason === 'update' || cause.reason === 'delete' || cause.reason === 'resume';
  const isAsked = handler.reason === undefined || handler.reason === 'resume' || handler.reason === cause.reason;
  if (!isHandled || !isAsked) return { filter: 'reason', found: cause.reason };
  if (handler.reason !== 'resume') return undefined;
  if (!cause.initial) return { filter: 'initial', found: false };
  const deleting = typeof input.body.metadata.deletionTimestamp === 'string';
  return deleting && !handler.deleted ? { filter: 'deleted', found: true } : undefined;
}

/** No change handler could ever run on this object: leave no traces on it (spec F-40). Then all of them, and why not; else `undefined`. */
export function findStealth(handlers: readonly ChangeHandler[], input: MatchInput): readonly SkippedHandler[] | undefined {
  const skipped: SkippedHandler[] = [];
  for (const handler of handlers) {
    const verdict = prematchHandler(handler, input);
    if (verdict.matched) return undefined;
    skipped.push({ handler, filter: verdict.filter, found: verdict.found });
  }
  return skipped;
}

/** The same, where nobody asks why. */
export function isStealth(handlers: readonly ChangeHandler[], input: MatchInput): boolean {
  return findStealth(handlers, input) !== undefined;
}

/**
 * Whether our finalizer has to be on the object: for mandatory delete handlers, and for timers and daemons that ask for
 * it and have not ended for good (spec Z-02, design 6.10).
 */
// eslint-disable-next-line kopfts/max-positional-params -- two lists of handlers, one object, one memory: the order is that of the sentence
export function requiresFinalizer(
  changeHandlers: readonly ChangeHandler[],
  background: readonly BackgroundHandler[],
  input: MatchInput,
  endedForGood: ReadonlySet<HandlerId>,
): boolean {
  return (
    background.some((task) => task.finalizer && !endedForGood.has(task.id) && matchHandler(task, input).matched) ||
    changeHandlers.some((handler) => handler.reason === 'delete' && !handler.optional && prematchHandler(handler, input).matched)
  );
}

/** The fields that handlers of a kind look at; the essence keeps them (spec C-04). */
export function extraFields(handlers: readonly AnyHandler[]): readonly FieldPath[] {
  const fields = new Map<string, FieldPath>();
  for (const { family, field } of handlers) if (field !== undefined && family !== 'index') fields.set(JSON.stringify(field), field);
  return [...fields.values()];
}

/** What a change handler gets: the essences and their diff, or the part of them at its field (spec C-42, K-10..K-13). */
export interface ChangeValues {
  readonly old: Json | undefined;
  readonly new: Json | undefined;
  readonly diff: Diff;
}

/** Absent values are `undefined`; the paths of the diff are relative to the field. */
export function argsForField(cause: ChangeValues, handler: Pick<ChangeHandler, 'field'>): ChangeValues {
  const { field } = handler;
  if (field === undefined) return { old: cause.old, new: cause.new, diff: cause.diff };
  return {
    old: resolveField(cause.old, field).value,
    new: resolveField(cause.new, field).value,
    diff: reduceDiff(cause.diff, field),
  };
}
