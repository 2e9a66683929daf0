import { isJsonObject, nearestName, type Json, type JsonObject } from '@kopfts/core';

/** A field that a schema does not have, and the one that may have been meant. */
export interface UnknownField {
  readonly path: string;
  readonly nearest: string | undefined;
}

/** Below `metadata` there is more than schemas of definitions say. */
const EVERYWHERE = ['apiVersion', 'kind', 'metadata'];

/** Follows a path through a schema without references; `undefined`: it leads somewhere, or the schema leaves open where. Pure. */
export function unknownField(schema: JsonObject, field: readonly string[]): UnknownField | undefined {
  if (EVERYWHERE.includes(field[0] ?? '')) return undefined;
  let current: Json | undefined = schema;
  for (const [index, name] of field.entries()) {
    if (!isJsonObject(current) || isOpen(current)) return undefined;
    const { properties, additionalProperties } = current;
    const known: JsonObject = isJsonObject(properties) ? properties : {};
    if (Object.hasOwn(known, name)) {
      current = known[name];
      continue;
    }
    if (additionalProperties === true) return undefined;
    if (isJsonObject(additionalProperties)) {
      current = additionalProperties;
      continue;
    }
    // A list is followed by the position of an item, if at all.
    if (current['type'] === 'array') return undefined;
    const above = field.slice(0, index);
    const nearest = nearestName(name, Object.keys(known));
    return { path: field.slice(0, index + 1).join('.'), nearest: nearest === undefined ? undefined : [...above, nearest].join('.') };
  }
  return undefined;
}

/** Where nothing is said of the fields, everything may be there. */
function isOpen(schema: JsonObject): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true) return true;
  const says = ['properties', 'additionalProperties', 'items'].some((key) => schema[key] !== undefined);
  return !says && (schema['type'] === undefined || schema['type'] === 'object');
}
