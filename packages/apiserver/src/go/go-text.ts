import type { JsonValue } from '../store/json-value.js';
import { isArray, isObject, own } from '../store/json-value.js';

/** A value as Go prints it with `%v`: `map[a:1 b:[x y]]`. */
export function goText(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(own(value, key) ?? null)}`);
  return `map[${entries.join(' ')}]`;
}
