// Sets have no member twice, and lists with keys no keys twice (`x-kubernetes-list-type`).

import type { FieldError } from '../errors.js';
import { fieldInvalid } from '../errors.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own, stringsAt } from '../store/json-value.js';
import { shown } from './value-checks.js';

export function listTypeErrors(value: JsonValue, schema: JsonObject, path = ''): readonly FieldError[] {
  if (isArray(value)) return ofList(value, schema, path);
  if (!isObject(value)) return [];
  const [properties, additional] = [objectAt(schema, 'properties'), own(schema, 'additionalProperties')];
  return Object.keys(value).flatMap((key) => {
    const field = own(properties, key) ?? additional;
    if (!isObject(field)) return [];
    const place = own(properties, key) === undefined ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    return listTypeErrors(own(value, key) ?? null, field, place);
  });
}

function ofList(list: JsonArray, schema: JsonObject, path: string): readonly FieldError[] {
  const items = own(schema, 'items');
  return [
    ...ofType(list, schema, path),
    ...(isObject(items) ? list.flatMap((item, index) => listTypeErrors(item, items, `${path}[${index}]`)) : []),
  ];
}

function ofType(list: JsonArray, schema: JsonObject, path: string): readonly FieldError[] {
  const type = own(schema, 'x-kubernetes-list-type');
  if (type === 'set') return repetitions(list, path);
  if (type !== 'map') return [];
  const odd = list.findIndex((item) => item !== null && !isObject(item));
  if (odd >= 0) return [fieldInvalid(`${path}[${odd}]`, shown(list[odd] ?? null), 'must be an object for an array of list-type map')];
  const keys = stringsAt(schema, 'x-kubernetes-list-map-keys');
  return repetitions(
    list.map((item) => keysOf(isObject(item) ? item : {}, keys)),
    path,
  );
}

/** The keys that are there: one that is null differs from none. */
function keysOf(item: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = own(item, key);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** Only the first repetition of a value is told. */
function repetitions(list: readonly JsonValue[], path: string): readonly FieldError[] {
  const seen = new Map<string, number>();
  return list.flatMap((item, index) => {
    const text = shown(item);
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    return times === 1 ? [{ reason: 'FieldValueDuplicate', field: `${path}[${index}]`, message: `Duplicate value: ${text}` }] : [];
  });
}
