// The types of custom resources, as their structural schema gives them.

import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import type { FieldType, ListType, MapType } from './field-type.js';
import { DEDUCED, UNTYPED } from './field-type.js';

const STRING: FieldType = { scalar: 'string' };

/** The type of a whole custom resource. */
export function typeOfSchema(schema: JsonObject, metadata: FieldType): FieldType {
  return { map: mapType(schema, { metadata, isRoot: true, keepsUnknown: keepsUnknown(schema) }) };
}

interface Surroundings {
  readonly metadata: FieldType;
  readonly isRoot: boolean;
  /** Set once a schema around this one preserves unknown fields: it holds for everything below. */
  readonly keepsUnknown: boolean;
}

function keepsUnknown(schema: JsonObject): boolean {
  return own(schema, 'x-kubernetes-preserve-unknown-fields') === true;
}

function typeOf(schema: JsonObject, around: Surroundings): FieldType {
  const inside = { ...around, isRoot: false, keepsUnknown: around.keepsUnknown || keepsUnknown(schema) };
  switch (stringAt(schema, 'type')) {
    case 'object':
      return { map: mapType(schema, inside) };
    case 'array':
      return { list: listType(schema, inside) };
    case 'string':
      return { scalar: ['', 'byte'].includes(stringAt(schema, 'format')) ? 'string' : 'untyped' };
    case 'integer':
    case 'number':
      return { scalar: 'numeric' };
    case 'boolean':
      return { scalar: 'boolean' };
    default:
      return { scalar: 'untyped', map: mapType(schema, inside), list: listType(schema, inside) };
  }
}

function mapType(schema: JsonObject, around: Surroundings): MapType {
  const properties = objectAt(schema, 'properties');
  const fields = new Map<string, FieldType>();
  const keyDefaults: Record<string, JsonValue> = {};
  for (const name of Object.keys(properties)) {
    const field = objectAt(properties, name);
    fields.set(name, typeOf(field, around));
    const fallback = own(field, 'default');
    if (fallback !== undefined) keyDefaults[name] = fallback;
  }
  if (around.isRoot || own(schema, 'x-kubernetes-embedded-resource') === true) {
    fields.set('apiVersion', STRING).set('kind', STRING).set('metadata', around.metadata);
  }
  const isAtomic = own(schema, 'x-kubernetes-map-type') === 'atomic';
  return { fields, element: elementType(schema, fields.size, around), isAtomic, keyDefaults };
}

function elementType(schema: JsonObject, fieldCount: number, around: Surroundings): FieldType | undefined {
  const additional = own(schema, 'additionalProperties');
  if (isObject(additional)) return typeOf(additional, around);
  if (additional === true) return DEDUCED;
  if (additional === false) return undefined;
  return around.keepsUnknown || fieldCount === 0 ? DEDUCED : undefined;
}

function listType(schema: JsonObject, around: Surroundings): ListType {
  const items = own(schema, 'items');
  const element = isObject(items) ? typeOf(items, around) : UNTYPED;
  switch (stringAt(schema, 'x-kubernetes-list-type')) {
    case 'set':
      return { relation: 'set', keys: [], element };
    case 'map':
      return { relation: 'keyed', keys: stringsAt(schema, 'x-kubernetes-list-map-keys'), element };
    default:
      return { relation: 'atomic', keys: [], element };
  }
}
