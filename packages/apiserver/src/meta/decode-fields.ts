// Decoding as Go does it: known fields must have the right JSON type, unknown ones are dropped (and reported in strict mode), null is
// as good as absent. The error texts are those of encoding/json.

import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, setOwn } from '../store/json-value.js';

/** The Go type of a field. `raw` keeps any value. */
export type FieldType =
  | { readonly type: 'string' | 'bool' | 'int' | 'time' | 'bytes' | 'raw' }
  | { readonly type: 'list' | 'map'; readonly of: FieldType }
  | StructType;

export interface StructType {
  readonly type: 'struct';
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldType>>;
}

export const STRING: FieldType = { type: 'string' };
export const BOOL: FieldType = { type: 'bool' };
export const INT: FieldType = { type: 'int' };
export const TIME: FieldType = { type: 'time' };
export const BYTES: FieldType = { type: 'bytes' };
export const RAW: FieldType = { type: 'raw' };
export const listOf = (of: FieldType): FieldType => ({ type: 'list', of });
export const mapOf = (of: FieldType): FieldType => ({ type: 'map', of });
export const struct = (name: string, fields: Readonly<Record<string, FieldType>>): StructType => ({ type: 'struct', name, fields });

/** A value has the wrong type; the message is the one of Go's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

interface Place {
  /** `Struct.field`, as Go names it; empty at the root. */
  readonly field: string;
  /** The path from the root, for reports of unknown fields. */
  readonly path: string;
  readonly unknown: string[];
}

/** Returns the same object when nothing had to be dropped, so that unchanged parts stay shared with the stored version. */
export function decodeStruct(value: JsonValue, type: StructType, into: { path: string; unknown: string[] }): JsonObject {
  const decoded = decodeFields(value, type, { field: '', path: into.path, unknown: into.unknown });
  return isObject(decoded) ? decoded : {};
}

function decodeFields(value: JsonValue, type: StructType, place: Place): JsonValue {
  if (!isObject(value)) throw mismatch(value, place, `v1.${type.name}`);
  let draft: JsonDraft | undefined;
  for (const key of Object.keys(value)) {
    const before = own(value, key) ?? null;
    const path = place.path === '' ? key : `${place.path}.${key}`;
    const fieldType = Object.hasOwn(type.fields, key) ? type.fields[key] : undefined;
    if (fieldType === undefined) place.unknown.push(path);
    const after =
      fieldType === undefined || before === null || isEmptyContainer(before, fieldType)
        ? undefined
        : decode(before, fieldType, { ...place, field: `${type.name}.${key}`, path });
    if (after === before) continue;
    draft ??= { ...value };
    if (after === undefined) delete draft[key];
    else setOwn(draft, key, after);
  }
  return draft ?? value;
}

/** Go leaves out what has no members. */
function isEmptyContainer(value: JsonValue, { type }: FieldType): boolean {
  if (type === 'list') return isArray(value) && value.length === 0;
  return type === 'map' && isObject(value) && Object.keys(value).length === 0;
}

function decode(value: JsonValue, type: FieldType, place: Place): JsonValue {
  switch (type.type) {
    case 'raw':
      return value;
    case 'struct':
      return decodeFields(value, type, place);
    case 'list':
      if (!isArray(value)) throw mismatch(value, place, goName(type));
      return mapItems(value, (item, index) => decode(item, type.of, { ...place, path: `${place.path}[${index}]` }));
    case 'map':
      if (!isObject(value)) throw mismatch(value, place, goName(type));
      return mapEntries(value, (item) => decode(item, type.of, place));
    default:
      return decodeScalar(value, type.type, place);
  }
}

function decodeScalar(value: JsonValue, type: 'string' | 'bool' | 'int' | 'time' | 'bytes', place: Place): JsonValue {
  switch (type) {
    case 'string':
      // Inside maps and lists null becomes the zero value.
      if (value === null) return '';
      if (typeof value !== 'string') throw mismatch(value, place, 'string');
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(value, place, 'bool');
      return value;
    case 'int':
      if (typeof value !== 'number') throw mismatch(value, place, 'int64');
      if (!Number.isInteger(value))
        throw new DecodeError(`json: cannot unmarshal number ${value} into Go struct field ${place.field} of type int64`);
      return value;
    case 'time':
      return decodeTime(value, place);
    case 'bytes':
      return decodeBytes(value, place);
  }
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function decodeTime(value: JsonValue, place: Place): JsonValue {
  if (typeof value !== 'string') throw mismatch(value, place, 'string');
  if (!RFC3339.test(value) || Number.isNaN(Date.parse(value))) {
    const shown = JSON.stringify(value);
    throw new DecodeError(`parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`);
  }
  return value;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function decodeBytes(value: JsonValue, place: Place): JsonValue {
  if (value === null) return '';
  if (typeof value !== 'string') throw mismatch(value, place, '[]uint8');
  if (!BASE64.test(value) || value.length % 4 !== 0) {
    const wrong = value.search(/[^A-Za-z0-9+/=]/);
    throw new DecodeError(`illegal base64 data at input byte ${wrong < 0 ? value.length : wrong}`);
  }
  return value;
}

function mapItems(list: readonly JsonValue[], decodeItem: (item: JsonValue, index: number) => JsonValue): JsonValue {
  const items = list.map(decodeItem);
  return items.every((item, index) => item === list[index]) ? list : items;
}

function mapEntries(map: JsonObject, decodeItem: (item: JsonValue) => JsonValue): JsonValue {
  let draft: JsonDraft | undefined;
  for (const key of Object.keys(map)) {
    const before = own(map, key) ?? null;
    const after = decodeItem(before);
    if (after !== before) setOwn((draft ??= { ...map }), key, after);
  }
  return draft ?? map;
}

function goName(type: FieldType): string {
  switch (type.type) {
    case 'list':
      return `[]${goName(type.of)}`;
    case 'map':
      return `map[string]${goName(type.of)}`;
    case 'struct':
      return `v1.${type.name}`;
    case 'bytes':
      return '[]uint8';
    default:
      return type.type;
  }
}

export function jsonTypeName(value: JsonValue): string {
  if (isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function mismatch(value: JsonValue, place: Place, wanted: string): DecodeError {
  const target = place.field === '' ? `Go value of type ${wanted}` : `Go struct field ${place.field} of type ${wanted}`;
  return new DecodeError(`json: cannot unmarshal ${jsonTypeName(value)} into ${target}`);
}
