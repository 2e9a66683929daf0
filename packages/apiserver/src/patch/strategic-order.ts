// The order of a merged list: what the patch names in the order of the patch, what only the server has where the list of the server has it.

import { untyped } from '../errors.js';
import type { JsonArray, JsonValue } from '../store/json-value.js';
import { isObject, own } from '../store/json-value.js';
import { badArgument, withoutMergeKey } from './strategic-error.js';

interface Arrangement {
  readonly merged: JsonArray;
  /** The items that go first, in this order. */
  readonly order: JsonArray;
  /** The list of the server before. */
  readonly live: JsonArray;
  readonly mergeKey: string;
}

export function arranged({ merged, order, live, mergeKey }: Arrangement): JsonArray {
  const isMap = mergeKey !== '';
  const [ofOrder, ofServer] = partition(merged, order, mergeKey);
  const key = (item: JsonValue): JsonValue | undefined => (isMap && isObject(item) ? own(item, mergeKey) : item);
  const rank = (list: JsonArray, item: JsonValue): number => list.findIndex((other) => key(other) === key(item));
  if (isMap) for (const list of [ofOrder, order, ofServer, live]) checkKeys(list, mergeKey);
  const left = sortedBy(ofServer, (item) => rank(live, item));
  const right = sortedBy(ofOrder, (item) => rank(order, item));
  return interleaved(left, right, (item) => rank(live, item));
}

function partition(merged: JsonArray, order: JsonArray, mergeKey: string): [JsonArray, JsonArray] {
  const isNamed = (item: JsonValue): boolean => {
    if (mergeKey === '') return order.includes(item);
    if (!isObject(item)) throw badArgument('map[string]interface {}', item);
    const key = own(item, mergeKey);
    if (key === undefined) throw withoutMergeKey(item, mergeKey);
    return order.some((other, index) => {
      if (!isObject(other)) throw untyped(`value for key ${index} is not a map`);
      return own(other, mergeKey) === key;
    });
  };
  const named: JsonValue[] = [];
  const others: JsonValue[] = [];
  for (const item of merged) (isNamed(item) ? named : others).push(item);
  return [named, others];
}

function checkKeys(list: JsonArray, mergeKey: string): void {
  for (const item of list) {
    if (!isObject(item)) throw badArgument('map[string]interface {}', item);
    if (!Object.hasOwn(item, mergeKey)) throw withoutMergeKey(item, mergeKey);
  }
}

function sortedBy(list: JsonArray, rank: (item: JsonValue) => number): JsonArray {
  return [...list].sort((one, other) => rank(one) - rank(other));
}

/** Each list keeps its order; of the two next items the one of the server goes first only where it was before the other there, too. */
function interleaved(left: JsonArray, right: JsonArray, rank: (item: JsonValue) => number): JsonArray {
  const result: JsonValue[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    const [one, other] = [left[i], right[j]];
    const isFirst = one !== undefined && (other === undefined || (rank(other) >= 0 && rank(one) >= 0 && rank(one) < rank(other)));
    const next = isFirst ? left[i++] : right[j++];
    if (next !== undefined) result.push(next);
  }
  return result;
}
