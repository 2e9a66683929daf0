// Lists that merge: of objects by a key, of scalars as a set.

import { ApiStatusError, untyped } from '../errors.js';
import { goText } from '../go/go-text.js';
import type { JsonArray, JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own } from '../store/json-value.js';
import { unknownDirective, withoutMergeKey } from './strategic-error.js';
import { arranged } from './strategic-order.js';
import type { PatchType } from './strategic-type.js';
import { kindOf } from './strategic-type.js';

export type MergeItems = (original: JsonObject, patch: JsonDraft, type: PatchType) => JsonObject;

export interface StrategicListOptions {
  readonly element: PatchType;
  /** Empty for a set of scalars. */
  readonly mergeKey: string;
  readonly mergeItems: MergeItems;
}

export class StrategicList {
  readonly #options: StrategicListOptions;

  constructor(options: StrategicListOptions) {
    this.#options = options;
  }

  /** @param isDeletion the change names scalars that are to go. */
  merge(current: JsonArray, change: JsonArray, { isDeletion }: { readonly isDeletion: boolean }): JsonArray {
    if (current.length + change.length === 0) return current;
    const { mergeKey } = this.#options;
    if (!areMaps(current, change)) {
      if (isDeletion) return current.filter((item) => !change.includes(item));
      return arranged({ merged: withoutRepetitions([...current, ...change]), order: change, live: current, mergeKey });
    }
    if (mergeKey === '') throw untyped(`cannot merge lists without merge key for ${kindOf(this.#options.element)}`);
    const { left, wanted } = this.#withoutSpecial(current.filter(isObject), change.filter(isObject));
    const merged = this.#mergeItems(left, wanted);
    return arranged({ merged, order: wanted, live: left, mergeKey });
  }

  /** Members that are directives: those that delete, and the one that replaces the whole list. */
  #withoutSpecial(current: readonly JsonObject[], change: readonly JsonObject[]): { left: JsonObject[]; wanted: JsonObject[] } {
    const { mergeKey } = this.#options;
    let [left, isReplaced] = [[...current], false];
    const wanted: JsonObject[] = [];
    for (const item of change) {
      const directive = own(item, '$patch');
      if (directive === undefined) wanted.push(item);
      else if (directive === 'replace') isReplaced = true;
      else if (directive === 'merge') throw untyped('merging lists cannot yet be specified in the patch');
      else if (directive !== 'delete') throw unknownDirective(directive, item);
      else {
        const key = own(item, mergeKey);
        if (key === undefined) throw withoutMergeKey(item, mergeKey);
        left = left.filter((other) => own(other, mergeKey) !== key);
      }
    }
    return isReplaced ? { left: wanted, wanted: [] } : { left, wanted };
  }

  #mergeItems(left: JsonObject[], wanted: readonly JsonObject[]): JsonArray {
    const { mergeKey, mergeItems, element } = this.#options;
    const added: JsonObject[] = [];
    for (const item of wanted) {
      const key = own(item, mergeKey);
      if (key === undefined) throw withoutMergeKey(item, mergeKey);
      const all = [left, added].find((list) => list.some((other) => own(other, mergeKey) === key));
      const at = all?.findIndex((other) => own(other, mergeKey) === key) ?? -1;
      const found = all?.[at];
      if (all === undefined || found === undefined) added.push(item);
      else all[at] = mergeItems(found, item, element);
    }
    return [...left, ...added];
  }
}

/** Whether the lists hold objects; everything in them must be of one type. */
export function areMaps(...lists: readonly JsonArray[]): boolean {
  const items = lists.flat();
  const [first] = items;
  if (first === undefined) throw untyped('no elements in any of the given slices');
  if (isArray(first)) throw noListOfLists();
  const type = elementType(first);
  if (items.some((item) => elementType(item) !== type))
    throw untyped(`list element types are not identical: ${goText(lists.map((list) => [...list]))}`);
  return type === 'map';
}

function elementType(item: JsonValue): string {
  if (isArray(item)) return 'slice';
  if (isObject(item)) return 'map';
  if (typeof item === 'number') return Number.isInteger(item) ? 'int64' : 'float64';
  return typeof item === 'bigint' ? 'int64' : typeof item;
}

function noListOfLists(): Error {
  return new ApiStatusError(422, 'the server rejected our request due to an error in our request', { reason: 'Invalid', details: {} });
}

/** What comes again gives its place to the last item. */
function withoutRepetitions(list: readonly JsonValue[]): JsonArray {
  const rest = [...list];
  for (let first = 0; first < rest.length - 1; first += 1) {
    for (let other = first + 1; other < rest.length; other += 1) {
      if (rest[first] !== rest[other]) continue;
      const last = rest.pop() ?? null;
      if (other < rest.length) rest[other] = last;
      other -= 1;
    }
  }
  return rest;
}
