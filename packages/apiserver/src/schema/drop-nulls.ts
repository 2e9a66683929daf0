import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own } from '../store/json-value.js';

/** Drops the nulls that a schema does not allow and for which it has no default: they are as good as absent. */
export function dropNulls(value: JsonValue, schema: JsonObject): JsonValue {
  if (isArray(value)) {
    const items = own(schema, 'items');
    if (!isObject(items)) return value;
    const kept = value.map((item) => dropNulls(item, items));
    return kept.every((item, index) => item === value[index]) ? value : kept;
  }
  if (!isObject(value)) return value;
  const properties = objectAt(schema, 'properties');
  const additional = own(schema, 'additionalProperties');
  let draft: JsonDraft | undefined;
  for (const key of Object.keys(value)) {
    const field = own(properties, key) ?? additional;
    if (!isObject(field)) continue;
    const before = own(value, key) ?? null;
    const isUnwanted = before === null && own(field, 'nullable') !== true && own(field, 'default') === undefined;
    const after = isUnwanted ? undefined : dropNulls(before, field);
    if (after === before) continue;
    draft ??= { ...value };
    if (after === undefined) delete draft[key];
    else draft[key] = after;
  }
  return draft ?? value;
}
