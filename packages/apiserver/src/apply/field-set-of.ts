// The fields that a configuration names: what an applier owns.

import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own } from '../store/json-value.js';
import type { FieldSet } from './field-set.js';
import { NOTHING, nodeOf, sorted } from './field-set.js';
import type { FieldType, ListType, MapType } from './field-type.js';
import { DEDUCED, fieldTypeOf, shapeOf } from './field-type.js';
import { listElement } from './list-element.js';
import { fieldElement } from './path-element.js';

/** Leaves, members of lists and keys of maps; not the fields of a struct that has fields itself. */
export function fieldSetOf(value: JsonObject, type: FieldType): FieldSet {
  return nodeFor(value, type) ?? NOTHING;
}

/** Undefined when the value names nothing by itself and nothing below it. */
function nodeFor(value: JsonValue, type: FieldType): FieldSet | undefined {
  const shape = shapeOf(type, value);
  if (shape === 'scalar') return NOTHING;
  if (shape === 'map') return mapNode(isObject(value) ? value : undefined, type.map);
  return listNode(isArray(value) ? value : undefined, type.list);
}

function mapNode(value: JsonObject | undefined, type: MapType | undefined): FieldSet | undefined {
  if (type === undefined || type.isAtomic) return NOTHING;
  if (value === undefined) return undefined;
  const children: Record<string, FieldSet> = {};
  for (const key of Object.keys(value)) {
    const item = own(value, key) ?? null;
    const node = nodeFor(item, fieldTypeOf(type, key) ?? DEDUCED);
    const isEmpty = item === null || (isObject(item) && Object.keys(item).length === 0);
    add(children, fieldElement(key), { node, member: isEmpty || !type.fields.has(key) });
  }
  return nodeOf(false, sorted(children));
}

function listNode(value: JsonArray | undefined, type: ListType | undefined): FieldSet | undefined {
  if (type === undefined || type.relation === 'atomic') return NOTHING;
  const children: Record<string, FieldSet> = {};
  const seen = new Set<string>();
  for (const item of value ?? []) {
    const found = listElement(type, item);
    if (!('element' in found)) continue;
    // What occurs more than once is owned as one.
    if (seen.has(found.element)) children[found.element] = NOTHING;
    else add(children, found.element, { node: nodeFor(item, type.element), member: true });
    seen.add(found.element);
  }
  return nodeOf(false, sorted(children));
}

function add(children: Record<string, FieldSet>, element: string, { node, member }: { node: FieldSet | undefined; member: boolean }): void {
  const child = member && node !== undefined && !('.' in node) ? nodeOf(true, node) : (node ?? nodeOf(member, {}));
  if (child !== undefined) children[element] = child;
}
