// Lists whose patch says in which order their items are: `$setElementOrder/…`.

import { untyped } from '../errors.js';
import { goText } from '../go/go-text.js';
import type { JsonArray, JsonValue } from '../store/json-value.js';
import { isObject, own } from '../store/json-value.js';
import { badArgument, withoutMergeKey } from './strategic-error.js';
import type { MergeItems } from './strategic-list.js';
import { StrategicList, areMaps } from './strategic-list.js';
import { arranged } from './strategic-order.js';
import type { ListMerge } from './strategic-type.js';

interface OrderedLists {
  readonly live: JsonArray | undefined;
  readonly change: JsonArray | undefined;
  /** What `$setElementOrder/…` says. */
  readonly order: JsonArray;
}

interface OrderedMerge extends ListMerge {
  readonly mergeItems: MergeItems;
  readonly withoutDirectives: (value: JsonValue) => JsonValue | undefined;
}

/** The list of a field whose patch says in which order its items are; undefined when there is neither a list nor a change. */
export function orderedBySet({ live, change, order }: OrderedLists, options: OrderedMerge): JsonArray | undefined {
  const { element, mergeKey, mergeItems, withoutDirectives } = options;
  checkOrder(change ?? [], order, mergeKey ?? '');
  if (live === undefined && change === undefined) return undefined;
  const merged =
    change === undefined
      ? (live ?? [])
      : live === undefined
        ? asArray(withoutDirectives(change))
        : mergeKey === undefined
          ? change
          : new StrategicList({ element, mergeKey, mergeItems }).merge(live, change, { isDeletion: false });
  areMaps(live ?? [], change ?? []);
  return arranged({ merged, order, live: live ?? [], mergeKey: mergeKey ?? '' });
}

function asArray(value: JsonValue | undefined): JsonArray {
  return Array.isArray(value) ? (value as JsonArray) : [];
}

/** The items of the patch come in the order that is said, and are all named there. */
function checkOrder(change: JsonArray, order: JsonArray, mergeKey: string): void {
  if (change.length === 0 || order.length === 0) return;
  const kept = mergeKey === '' ? change : change.filter((item) => !isDeleting(item));
  let at = 0;
  let next = 0;
  while (at < kept.length && next < order.length) {
    const item = kept[at] ?? null;
    if (isObject(item) && Object.hasOwn(item, '$patch')) {
      at += 1;
      continue;
    }
    if (isSameItem(item, order[next] ?? null, mergeKey)) at += 1;
    next += 1;
  }
  if (at < kept.length && next >= order.length)
    throw untyped(`The order in patch list:\n${goText(change)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`);
}

function isDeleting(item: JsonValue): boolean {
  if (!isObject(item)) throw badArgument('map[string]interface {}', item);
  return own(item, '$patch') === 'delete';
}

function isSameItem(item: JsonValue, other: JsonValue, mergeKey: string): boolean {
  if (mergeKey === '') return item === other;
  const keys = [item, other].map((side) => {
    if (!isObject(side)) throw badArgument('map[string]interface {}', side);
    const key = own(side, mergeKey);
    if (key === undefined) throw withoutMergeKey(side, mergeKey);
    return key;
  });
  return keys[0] === keys[1];
}
