// The Go types by which a strategic merge patch finds the keys of lists.

import { untyped } from '../errors.js';
import type { GoField, GoType } from '../go/go-type.js';
import { goStruct } from '../go/go-type.js';

/** The type of a value; a pointer to a struct is called so in a refusal. */
export interface PatchType {
  readonly type: GoType;
  readonly isPointer: boolean;
}

/** How the list of a field merges: an empty key for a set of scalars, undefined where lists replace each other. */
export interface ListMerge {
  readonly element: PatchType;
  readonly mergeKey: string | undefined;
}

export function rootType(ref: string): PatchType {
  return { type: { type: 'struct', ref }, isPointer: false };
}

export function fieldOf({ type }: PatchType, key: string): { readonly of: PatchType; readonly mergeKey: string | undefined } {
  if (type.type !== 'struct') {
    const kind = type.type === 'list' || type.type === 'bytes' ? 'slice' : type.type;
    throw untyped(`merging an object in json but data type is not struct, instead is: ${kind}`);
  }
  const struct = goStruct(type.ref);
  const field = struct.fields.get(key) ?? otherwiseWritten(struct.fields, key);
  if (field === undefined) throw untyped(`unable to find api field in struct ${struct.name} for the json field ${JSON.stringify(key)}`);
  return { of: { type: field.of, isPointer: field.isPointer }, mergeKey: field.mergeKey };
}

export function itemOf(parent: PatchType, key: string): ListMerge {
  const { of, mergeKey } = fieldOf(parent, key);
  if (of.type.type === 'list') return { element: { type: of.type.of, isPointer: false }, mergeKey };
  if (of.isPointer) return { element: { type: of.type, isPointer: false }, mergeKey };
  if (of.type.type === 'bytes') return { element: { type: { type: 'int', goName: 'uint8' }, isPointer: false }, mergeKey };
  throw untyped(`expected slice or array type, but got: ${parent.isPointer ? 'ptr' : 'struct'}`);
}

/** What Go calls the kind of a type. */
export function kindOf({ type, isPointer }: PatchType): string {
  if (isPointer) return 'ptr';
  switch (type.type) {
    case 'list':
    case 'bytes':
      return 'slice';
    case 'time':
    case 'microtime':
    case 'intorstring':
    case 'quantity':
    case 'raw':
      return 'struct';
    default:
      return type.type;
  }
}

/** Go finds a field by its name in any case. */
function otherwiseWritten(fields: ReadonlyMap<string, GoField>, key: string): GoField | undefined {
  const wanted = key.toLowerCase();
  return [...fields.values()].find((field) => field.name.toLowerCase() === wanted);
}
