// Which value before an update a value is compared with, and whether it is still the same. Members of lists with keys are found by them;
// those of other lists have nothing to be compared with.

import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, isObject, objectAt, own, stringsAt } from '../store/json-value.js';

/** The member of the list before that has the keys of this one. */
export function itemBefore(item: JsonValue, before: JsonValue | undefined, schema: JsonObject): JsonValue | undefined {
  if (!isArray(before) || !isObject(item) || own(schema, 'x-kubernetes-list-type') !== 'map') return undefined;
  const keys = stringsAt(schema, 'x-kubernetes-list-map-keys');
  return before.find(
    (other) => isObject(other) && keys.every((key) => own(item, key) !== undefined && deepEqual(own(item, key), own(other, key))),
  );
}

/** Whether nothing changed, whatever the order of lists with keys. */
export function isUnchanged(value: JsonValue, before: JsonValue, schema: JsonObject): boolean {
  if (isArray(value) && isArray(before)) return isSameList(value, before, schema);
  if (!isObject(value) || !isObject(before)) return deepEqual(value, before);
  const keys = Object.keys(value);
  const [properties, additional] = [objectAt(schema, 'properties'), own(schema, 'additionalProperties')];
  return (
    keys.length === Object.keys(before).length &&
    keys.every((key) => {
      const [is, was, field] = [own(value, key) ?? null, own(before, key), own(properties, key) ?? additional];
      return was !== undefined && (isObject(field) ? isUnchanged(is, was, field) : deepEqual(is, was));
    })
  );
}

function isSameList(list: JsonArray, before: JsonArray, schema: JsonObject): boolean {
  if (list.length !== before.length) return false;
  const items = own(schema, 'items');
  if (own(schema, 'x-kubernetes-list-type') !== 'map' || !isObject(items)) return deepEqual(list, before);
  return list.every((item) => {
    const was = itemBefore(item, before, schema);
    return was !== undefined && isUnchanged(item, was, items);
  });
}
