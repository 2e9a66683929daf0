// Values as the CEL library has them: bigints are integers, numbers are doubles, maps are maps, objects are instances of their own class.

import type { JsonObject } from '../store/json-value.js';
import { deepEqual } from '../store/json-value.js';
import { isOptional } from './optional-value.js';

/** What an object of a schema was made of: under a name that no field has. */
export const SOURCE: unique symbol = Symbol('source');

function sourceOf(value: object): JsonObject | undefined {
  return SOURCE in value ? (value[SOURCE] as JsonObject) : undefined;
}

/** How many fields an object has; undefined for what is no object of a schema. */
export function fieldCountOf(value: object): number | undefined {
  const source = sourceOf(value);
  return source === undefined ? undefined : Object.keys(source).length;
}

export function celEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => celEqual(item, b[index]));
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && celEqual(item, b.get(key)));
  if (isOptional(a) && isOptional(b)) return a.hasValue() === b.hasValue() && (!a.hasValue() || celEqual(a.value(), b.value()));
  const [left, right] = [sourceOf(a), sourceOf(b)];
  if (left !== undefined && right !== undefined) return deepEqual(left, right);
  // Times, durations and bytes are equal when they are written alike.
  return a.constructor === b.constructor && (a as Date).toString() === (b as Date).toString();
}

/** Negative, zero or positive; durations and times are ordered by their milliseconds. */
export function celCompare(a: unknown, b: unknown): number {
  const [left, right] = [ordered(a), ordered(b)];
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

function ordered(value: unknown): string | number | bigint {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  return Number(value);
}
