import type { JsonObject } from '../store/json-value.js';
import { isObject, own, withKey, withoutKey } from '../store/json-value.js';

/** The root of an object is the schema's business except for these. */
const ROOT_FIELDS = ['apiVersion', 'kind', 'metadata'] as const;

/** A schema may describe apiVersion, kind and metadata; those are decoded and validated apart from it. */
export function rootSchema(schema: JsonObject): JsonObject {
  const properties = own(schema, 'properties');
  if (!isObject(properties)) return schema;
  return withKey(
    schema,
    'properties',
    ROOT_FIELDS.reduce<JsonObject>((rest, key) => withoutKey(rest, key), properties),
  );
}
