import { resolveField, type ResolvedField } from '../cause/diff.js';
import { ABSENT, PRESENT, type FilterName, type MetadataCriteria, type MetadataCriterion, type ValueCriterion } from '../model/filter.js';
import type { WhenPredicate } from '../model/handler-function.js';
import { isJsonObject, jsonEqual, plainOf, type Json } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { AnyHandler, ChangeHandler, MatchVerdict } from './handler-spec.js';

/** What handlers are matched with; their kind has been matched already. */
export interface MatchInput {
  readonly body: ObjectBody;
  /** Essences, for change handlers; for sub-handlers what their parent handles. */
  readonly old?: Json | undefined;
  readonly new?: Json | undefined;
  /** The argument of callbacks; asked for at most once per match, and only when needed (spec F-03). */
  args(): object;
}

type Args = () => object;

/** All filters, in the order of spec F-01; stops at the first no and says which filter it was. */
export function matchHandler(handler: AnyHandler, seen: MatchInput): MatchVerdict {
  return match(handler, seen, true);
}

/** Without the change of the field: would the handler ever run on such an object (spec F-02)? */
export function prematchHandler(handler: AnyHandler, seen: MatchInput): MatchVerdict {
  return match(handler, seen, false);
}

function match(handler: AnyHandler, seen: MatchInput, changesToo: boolean): MatchVerdict {
  const args = once(() => seen.args());
  return (
    metadataMismatch('labels', handler.labels, { seen, args }) ??
    metadataMismatch('annotations', handler.annotations, { seen, args }) ??
    valueMismatch(handler, seen, args) ??
    (changesToo && handler.family === 'change' ? changeMismatch(handler, seen, args) : undefined) ??
    whenMismatch(handler.when, args) ?? { matched: true }
  );
}

function mismatch(filter: FilterName, found: unknown): MatchVerdict {
  return { matched: false, filter, found };
}

interface Asked {
  readonly seen: MatchInput;
  readonly args: Args;
}

function metadataMismatch(
  stanza: 'labels' | 'annotations',
  criteria: MetadataCriteria | undefined,
  { seen, args }: Asked,
): MatchVerdict | undefined {
  if (criteria === undefined) return undefined;
  // Whatever is not a mapping counts as an empty one (spec V-06).
  const values: unknown = seen.body.metadata[stanza];
  for (const [key, criterion] of Object.entries(criteria)) {
    const value = isJsonObject(values) && Object.hasOwn(values, key) ? values[key] : undefined;
    if (!meetsMetadata(criterion, value, args)) return mismatch(stanza, { key, value });
  }
  return undefined;
}

function meetsMetadata(criterion: MetadataCriterion, value: Json | undefined, args: Args): boolean {
  if (typeof criterion === 'function') return Boolean(criterion(value, args()));
  if (criterion === PRESENT) return value !== undefined;
  if (criterion === ABSENT) return value === undefined;
  return value === criterion;
}

/** For change handlers either side will do, the new one is asked first (spec F-09); for others the body (spec F-10). */
function valueMismatch(handler: AnyHandler, seen: MatchInput, args: Args): MatchVerdict | undefined {
  const { field } = handler;
  if (field === undefined) return undefined;
  const sides = handler.family === 'change' ? [seen.new, seen.old] : [seen.body];
  const values = sides.map((side) => resolveField(side, field));
  const criterion = handler.value === undefined ? PRESENT : handler.value;
  return values.some((value) => meetsValue(criterion, value, args)) ? undefined : mismatch('value', values[0]?.value);
}

function changeMismatch(handler: ChangeHandler, seen: MatchInput, args: Args): MatchVerdict | undefined {
  const { field } = handler;
  if (field === undefined) return undefined;
  const old = resolveField(seen.old, field);
  const fresh = resolveField(seen.new, field);
  // A field that comes into being or vanishes has changed, too (spec F-14); only updates and fields are about changes.
  if (handler.needsChange && old.present === fresh.present && jsonEqual(old.value, fresh.value)) return mismatch('change', fresh.value);
  if (handler.old !== undefined && !meetsValue(handler.old, old, args)) return mismatch('old', old.value);
  if (handler.new !== undefined && !meetsValue(handler.new, fresh, args)) return mismatch('new', fresh.value);
  return undefined;
}

/** Callbacks get `undefined` for what is absent (spec F-13); equality is JSON's, so 1 is not true (spec F-19). */
function meetsValue(criterion: ValueCriterion, found: ResolvedField, args: Args): boolean {
  // Users compare with the numbers that they see.
  const value = plainOf(found.value);
  if (typeof criterion === 'function') return Boolean(criterion(value, args()));
  if (criterion === PRESENT) return found.present;
  if (criterion === ABSENT) return !found.present;
  return found.present && jsonEqual(value, criterion);
}

function whenMismatch(when: WhenPredicate | undefined, args: Args): MatchVerdict | undefined {
  if (when === undefined) return undefined;
  const answer = when(args() as Parameters<WhenPredicate>[0]);
  return answer ? undefined : mismatch('when', answer);
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
