import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own, setOwn } from '../store/json-value.js';

/** Fills in the defaults of a structural schema. A null where the schema allows none gives way to the default. */
export function applyDefaults(value: JsonValue, schema: JsonObject | undefined): JsonValue {
  if (schema === undefined) return value;
  if (isArray(value)) {
    const itemSchema = own(schema, 'items');
    if (!isObject(itemSchema)) return value;
    const items = value.map((item) => applyDefaults(item, itemSchema));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  return isObject(value) ? defaultFields(value, schema) : value;
}

function defaultFields(object: JsonObject, schema: JsonObject): JsonObject {
  const properties = objectAt(schema, 'properties');
  let draft: JsonDraft | undefined;
  const put = (key: string, next: JsonValue): void => setOwn((draft ??= { ...object }), key, next);
  for (const key of Object.keys(properties)) {
    const field = own(properties, key);
    if (!isObject(field)) continue;
    const before = own(object, key);
    const fallback = own(field, 'default');
    const isMissing = before === undefined || (before === null && own(field, 'nullable') !== true);
    if (isMissing && fallback !== undefined) put(key, applyDefaults(fallback, field));
    else if (before !== undefined) {
      const after = applyDefaults(before, field);
      if (after !== before) put(key, after);
    }
  }
  const additional = own(schema, 'additionalProperties');
  if (!isObject(additional)) return draft ?? object;
  for (const key of Object.keys(object)) {
    const before = own(object, key) ?? null;
    const after = Object.hasOwn(properties, key) ? before : applyDefaults(before, additional);
    if (after !== before) put(key, after);
  }
  return draft ?? object;
}
