// What a strategic merge patch is refused with, in the words of Go.

import { untyped } from '../errors.js';
import { goText } from '../go/go-text.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject } from '../store/json-value.js';

export function unknownDirective(directive: JsonValue, patch: JsonObject): Error {
  return untyped(`unknown patch type: ${shownText(directive)} in map: ${goText(patch)}`);
}

export function badArgument(expected: string, actual: JsonValue): Error {
  return untyped(`expected a ${expected}, but received a ${goTypeOf(actual)}`);
}

export function withoutMergeKey(item: JsonObject, key: string): Error {
  return untyped(`map: ${goText(item)} does not contain declared merge key: ${key}`);
}

function goTypeOf(value: JsonValue): string {
  if (value === null) return '%!s(<nil>)';
  if (isArray(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  return scalarType(value);
}

function scalarType(value: boolean | number | bigint | string): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int64' : 'float64';
}

/** A value as `%s` prints it, which is made for texts. */
function shownText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '%!s(<nil>)';
  if (isArray(value)) return `[${value.map(shownText).join(' ')}]`;
  if (!isObject(value)) return `%!s(${scalarType(value)}=${goText(value)})`;
  const members = Object.keys(value).sort();
  return `map[${members.map((key) => `${key}:${shownText(value[key] ?? null)}`).join(' ')}]`;
}
