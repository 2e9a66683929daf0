// Which part of the old object a part of the new one is to be compared with, for what a change does not touch.

import type { JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, isObject, own, stringsAt } from '../store/json-value.js';

interface Pair {
  readonly value: JsonValue;
  readonly old: JsonValue;
  readonly schema: JsonObject;
}

/** Where a part of a change is, beside what it was. */
export interface Correlation {
  readonly current?: Pair | undefined;
  /** The nearest part above that has an old value. */
  readonly parent?: Pair | undefined;
}

export const UNCORRELATED: Correlation = {};

/** Whether nothing changed here, or in what is around it where the parts cannot be told apart. */
export function isUnchanged({ current, parent }: Correlation): boolean {
  const pair = current ?? parent;
  if (pair === undefined) return false;
  if (!isMapList(pair.schema) || !isArray(pair.value) || !isArray(pair.old)) return deepEqual(pair.value, pair.old);
  const { old, schema, value } = pair;
  return value.length === old.length && value.every((item) => deepEqual(item, oldItemOf(item, old, schema)));
}

export function atKey(correlation: Correlation, key: string, schema: JsonObject): Correlation {
  const { current, parent } = correlation;
  if (current === undefined) return correlation;
  // Both were converted to the type that was asked for: no change of it is seen.
  if (parent === undefined && (key === 'apiVersion' || key === 'kind')) return UNCORRELATED;
  const [value, old] = [fieldOf(current.value, key), fieldOf(current.old, key)];
  return { current: value === undefined || old === undefined ? undefined : { value, old, schema }, parent: current };
}

export function atIndex(correlation: Correlation, item: JsonValue, schema: JsonObject): Correlation {
  const { current } = correlation;
  if (current === undefined) return correlation;
  const old = oldItemOf(item, current.old, current.schema);
  return { current: old === undefined ? undefined : { value: item, old, schema }, parent: current };
}

const isMapList = (schema: JsonObject): boolean => own(schema, 'x-kubernetes-list-type') === 'map';

/** The old item with the same keys; only lists that are maps have one. */
export function oldItemOf(item: JsonValue, old: JsonValue | undefined, schema: JsonObject): JsonValue | undefined {
  if (!isMapList(schema) || !isArray(old) || !isObject(item)) return undefined;
  const keys = stringsAt(schema, 'x-kubernetes-list-map-keys');
  return old.find((other) => isObject(other) && keys.every((key) => deepEqual(own(other, key) ?? null, own(item, key) ?? null)));
}

function fieldOf(value: JsonValue, key: string): JsonValue | undefined {
  return isObject(value) ? own(value, key) : undefined;
}
