// Strategic merge patch for built-in kinds, as `k8s.io/apimachinery/pkg/util/strategicpatch` applies it: maps merge like a merge patch,
// lists by the keys that the Go types declare, and the directives `$patch`, `$retainKeys`, `$deleteFromPrimitiveList/…` and
// `$setElementOrder/…` are obeyed. Merging takes directives, and nulls of what it adds, out of the patch; a later refusal quotes what is left.

import { badRequest } from '../errors.js';
import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, setOwn } from '../store/json-value.js';
import { badArgument, unknownDirective } from './strategic-error.js';
import type { PatchType } from './strategic-type.js';
import { fieldOf, itemOf, rootType } from './strategic-type.js';
import { StrategicList } from './strategic-list.js';
import { orderedBySet } from './strategic-ordered-list.js';

export const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM = '$deleteFromPrimitiveList';
const ELEMENT_ORDER = '$setElementOrder';

/**
 * The object with the patch laid over it. `patch` is changed: afterwards it is what refusals quote. Throws the refusals of the real server.
 *
 * @param type the Go type of the object, by its name in the table of types.
 */
export function applyStrategicMerge(document: JsonObject, patch: JsonDraft, type: string): JsonObject {
  return mergeMaps(document, patch, rootType(type));
}

export function mergeMaps(original: JsonObject, patch: JsonDraft, type: PatchType): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return obeyed(patch);
  const result = retained(original, patch);
  mergeOrderedLists(result, patch, type);
  for (const name of Object.keys(patch)) {
    const isDeletion = name.startsWith(DELETE_FROM);
    const key = isDeletion ? fieldIn(name, DELETE_FROM) : name;
    const change = own(patch, name) ?? null;
    const merged = change === null ? undefined : mergeField(own(result, key), change, { type, key, isDeletion });
    if (merged === undefined) delete result[key];
    else setOwn(result, key, merged);
  }
  return result;
}

interface FieldMerge {
  readonly type: PatchType;
  readonly key: string;
  /** The change lists what is to go. */
  readonly isDeletion: boolean;
}

/** Undefined when the field goes, or does not come. */
function mergeField(current: JsonValue | undefined, change: JsonValue, { type, key, isDeletion }: FieldMerge): JsonValue | undefined {
  if (current === undefined || typeName(current) !== typeName(change)) {
    if (isDeletion) return current;
    discardNulls(change);
    return withoutDirectives(change);
  }
  if (isObject(current) && isObject(change)) return mergeMaps(current, change, fieldOf(type, key).of);
  if (!isArray(current) || !isArray(change)) return change;
  const { element, mergeKey } = itemOf(type, key);
  if (mergeKey === undefined && !isDeletion) return change;
  return new StrategicList({ element, mergeKey: mergeKey ?? '', mergeItems: mergeMaps }).merge(current, change, { isDeletion });
}

/** Integers and other numbers are different types, too. */
function typeName(value: JsonValue): string {
  if (isArray(value)) return 'list';
  if (typeof value === 'bigint') return 'int64';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : typeof value;
}

function obeyed(patch: JsonDraft): JsonObject {
  const directive = own(patch, DIRECTIVE) ?? null;
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw unknownDirective(directive, patch);
  delete patch[DIRECTIVE];
  return patch;
}

/** The object without the fields that a patch with this directive does not want. */
function retained(original: JsonObject, patch: JsonDraft): JsonDraft {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return { ...original };
  const keep = own(patch, RETAIN_KEYS) ?? null;
  delete patch[RETAIN_KEYS];
  const refusal = badRequest('invalid patch format of retainKeys');
  if (!isArray(keep)) throw refusal;
  const isUnannounced = (key: string): boolean =>
    own(patch, key) !== null && !key.startsWith(DELETE_FROM) && !key.startsWith(ELEMENT_ORDER) && !keep.includes(key);
  if (Object.keys(patch).some(isUnannounced)) throw refusal;
  return Object.fromEntries(Object.entries(original).filter(([key]) => keep.includes(key)));
}

/** Lists with an order come first, and are done with: the patch has neither them nor their order afterwards. */
function mergeOrderedLists(result: JsonDraft, patch: JsonDraft, type: PatchType): void {
  for (const name of Object.keys(patch).filter((key) => key.startsWith(ELEMENT_ORDER))) {
    const order = own(patch, name) ?? null;
    delete patch[name];
    if (!isArray(order)) throw badArgument('[]interface {}', order);
    const key = fieldIn(name, ELEMENT_ORDER);
    const [live, change] = [own(result, key), own(patch, key)];
    for (const list of [live, change]) if (list !== undefined && !isArray(list)) throw badArgument('[]interface {}', list);
    const lists = { live: isArray(live) ? live : undefined, change: isArray(change) ? change : undefined, order };
    const merged = orderedBySet(lists, { ...itemOf(type, key), mergeItems: mergeMaps, withoutDirectives });
    if (merged === undefined) continue;
    setOwn(result, key, merged);
    delete patch[key];
  }
}

function fieldIn(name: string, prefix: string): string {
  const slash = name.indexOf('/');
  if (slash >= 0 && name.slice(0, slash) === prefix) return name.slice(slash + 1);
  throw badRequest(`invalid patch format of ${prefix === DELETE_FROM ? 'primitive' : 'setElementOrder'} list`);
}

function discardNulls(value: JsonValue): void {
  if (isArray(value)) value.forEach(discardNulls);
  if (!isObject(value)) return;
  const draft: JsonDraft = value;
  for (const key of Object.keys(draft)) {
    const item = own(draft, key) ?? null;
    if (item === null) delete draft[key];
    else discardNulls(item);
  }
}

/** Undefined for what is a directive itself. Maps lose their directives in place, lists are made anew. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (isArray(value)) {
    return value.flatMap((item) => {
      const rest = withoutDirectives(item);
      return rest === undefined ? [] : [rest];
    });
  }
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const draft: JsonDraft = value;
  for (const key of Object.keys(draft)) {
    const rest = withoutDirectives(own(draft, key) ?? null);
    if (rest === undefined) delete draft[key];
    else setOwn(draft, key, rest);
  }
  return draft;
}
