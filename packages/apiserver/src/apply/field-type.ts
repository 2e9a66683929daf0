import type { JsonValue } from '../store/json-value.js';
import { isArray, isObject } from '../store/json-value.js';

/** How the values of a type merge. A type may allow several shapes; the value decides which one is meant. */
export interface FieldType {
  readonly map?: MapType | undefined;
  readonly list?: ListType | undefined;
  readonly scalar?: ScalarType | undefined;
}

export type ScalarType = 'string' | 'numeric' | 'boolean' | 'untyped';

export interface MapType {
  readonly fields: ReadonlyMap<string, FieldType>;
  /** What other keys hold; undefined when there may be none. */
  readonly element: FieldType | undefined;
  /** Owned and replaced as a whole. */
  readonly isAtomic: boolean;
  /** What stands for a missing field that is a key of the list around it. */
  readonly keyDefaults: Readonly<Record<string, JsonValue>>;
}

export interface ListType {
  /** Owned as a whole, by value, or by the keys of its members. */
  readonly relation: 'atomic' | 'set' | 'keyed';
  readonly keys: readonly string[];
  readonly element: FieldType;
}

export const NO_FIELDS: ReadonlyMap<string, FieldType> = new Map();

/** Without a schema below something that is owned as a whole. */
export const UNTYPED: FieldType = {
  scalar: 'untyped',
  get map(): MapType {
    return UNTYPED_MAP;
  },
  get list(): ListType {
    return UNTYPED_LIST;
  },
};
const UNTYPED_MAP: MapType = { fields: NO_FIELDS, element: UNTYPED, isAtomic: true, keyDefaults: {} };
const UNTYPED_LIST: ListType = { relation: 'atomic', keys: [], element: UNTYPED };

/** Without a schema: objects are owned by field, lists as a whole. */
export const DEDUCED: FieldType = {
  scalar: 'untyped',
  list: UNTYPED_LIST,
  get map(): MapType {
    return DEDUCED_MAP;
  },
};
const DEDUCED_MAP: MapType = { fields: NO_FIELDS, element: DEDUCED, isAtomic: false, keyDefaults: {} };

export type Shape = 'map' | 'list' | 'scalar';

/** As what a value is treated: as itself when the type allows it, else as the first shape of the type. */
export function shapeOf(type: FieldType, value: JsonValue | undefined): Shape {
  if (isObject(value)) {
    if (type.map !== undefined) return 'map';
  } else if (isArray(value)) {
    if (type.list !== undefined) return 'list';
  } else if (value !== undefined && value !== null && type.scalar !== undefined) return 'scalar';
  if (type.map !== undefined) return 'map';
  return type.scalar === undefined ? 'list' : 'scalar';
}

/** The type of a field; undefined when the type declares none and allows no others. */
export function fieldTypeOf(map: MapType, name: string): FieldType | undefined {
  return map.fields.get(name) ?? map.element;
}
