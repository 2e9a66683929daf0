// A schema may change between two writes: what was owned by field may now be owned as a whole.

import type { FieldSet } from './field-set.js';
import { NOTHING, below, elementsOf, hasElement, isEmptySet, nodeOf } from './field-set.js';
import type { FieldType } from './field-type.js';
import { DEDUCED, fieldTypeOf } from './field-type.js';

/** The set with one member in place of all members below what is owned as a whole; the same set when there are none. */
export function reconcileWithType(set: FieldSet, type: FieldType): FieldSet {
  return reconcileChildren(set, type);
}

function reconcileChildren(set: FieldSet, type: FieldType): FieldSet {
  let draft: Record<string, FieldSet> | undefined;
  for (const element of elementsOf(set)) {
    const childType = typeBelow(type, element);
    const deeper = below(set, element);
    if (childType === undefined || isEmptySet(deeper)) continue;
    const node = reconcileNode(deeper, childType, hasElement(set, element));
    if (node !== undefined) (draft ??= { ...set })[element] = node;
  }
  return draft ?? set;
}

/** Undefined when nothing changes. */
function reconcileNode(deeper: FieldSet, type: FieldType, member: boolean): FieldSet | undefined {
  if (isAtomic(type)) return NOTHING;
  const children = reconcileChildren(deeper, type);
  return children === deeper ? undefined : nodeOf(member, children);
}

function isAtomic(type: FieldType): boolean {
  if (type.map !== undefined) return type.map.isAtomic;
  return type.scalar === undefined && type.list?.relation === 'atomic';
}

function typeBelow(type: FieldType, element: string): FieldType | undefined {
  // Without a schema nothing is reconciled.
  if (type === DEDUCED) return undefined;
  if (element.startsWith('f:')) return type.map === undefined ? undefined : fieldTypeOf(type.map, element.slice(2));
  return type.map === undefined && type.scalar === undefined ? type.list?.element : undefined;
}
