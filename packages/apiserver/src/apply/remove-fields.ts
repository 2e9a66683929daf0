// Takes fields out of an object: what an applier gave up.

import type { JsonArray, JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, setOwn } from '../store/json-value.js';
import type { FieldSet } from './field-set.js';
import { below, elementsOf, hasElement, isEmptySet, nodeOf, sorted } from './field-set.js';
import type { FieldType, ListType, MapType } from './field-type.js';
import { DEDUCED, fieldTypeOf, shapeOf } from './field-type.js';
import { listElement } from './list-element.js';
import { fieldElement } from './path-element.js';

/** A container that loses everything becomes null, as in the real server; its own field goes only when that is removed, too. */
export function removeFields(value: JsonObject, fields: FieldSet, type: FieldType): JsonObject {
  if (isEmptySet(fields)) return value;
  const rest = removeFrom(value, fields, type);
  return isObject(rest) ? rest : {};
}

function removeFrom(value: JsonValue, fields: FieldSet, type: FieldType): JsonValue {
  switch (shapeOf(type, value)) {
    case 'scalar':
      return value;
    case 'map':
      return isObject(value) && type.map?.isAtomic === false ? removeFromMap(value, fields, type.map) : null;
    case 'list':
      return isArray(value) && type.list !== undefined && type.list.relation !== 'atomic' ? removeFromList(value, fields, type.list) : null;
  }
}

function removeFromMap(value: JsonObject, fields: FieldSet, type: MapType): JsonValue {
  const draft: JsonDraft = {};
  for (const key of Object.keys(value)) {
    const element = fieldElement(key);
    if (hasElement(fields, element)) continue;
    const item = own(value, key) ?? null;
    const deeper = below(fields, element);
    setOwn(draft, key, isEmptySet(deeper) ? item : removeFrom(item, deeper, fieldTypeOf(type, key) ?? DEDUCED));
  }
  return Object.keys(draft).length === 0 ? null : draft;
}

function removeFromList(list: JsonArray, fields: FieldSet, type: ListType): JsonValue {
  const rest = list.flatMap((item) => {
    const found = listElement(type, item);
    if (!('element' in found)) return [item];
    if (hasElement(fields, found.element)) return [];
    const deeper = below(fields, found.element);
    return [isEmptySet(deeper) ? item : removeFrom(item, deeper, type.element)];
  });
  return rest.length === 0 ? null : rest;
}

/** The set with the fields of structs that only have members below them: as members they can be removed, too. */
export function withNamedFields(set: FieldSet, type: FieldType): FieldSet {
  const children: Record<string, FieldSet> = {};
  for (const element of elementsOf(set)) {
    const deeper = below(set, element);
    const isMember = isNamedField(type, element) || hasElement(set, element);
    const child = nodeOf(isMember, isEmptySet(deeper) ? deeper : withNamedFields(deeper, typeBelow(type, element)));
    if (child !== undefined) children[element] = child;
  }
  return sorted(children);
}

function isNamedField({ map }: FieldType, element: string): boolean {
  return map !== undefined && element.startsWith('f:') && map.fields.has(element.slice(2));
}

const NO_TYPE: FieldType = {};

function typeBelow({ map, list }: FieldType, element: string): FieldType {
  if (element.startsWith('f:')) return (map === undefined ? undefined : fieldTypeOf(map, element.slice(2))) ?? NO_TYPE;
  return (element.startsWith('k:') ? list?.element : undefined) ?? NO_TYPE;
}
