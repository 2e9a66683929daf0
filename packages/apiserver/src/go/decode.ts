// Decoding as Go does it: known fields must have the right JSON type, unknown ones are dropped (and reported in strict mode), null is as
// good as absent, and what Go would not write comes out as Go would have written it. The error texts are those of encoding/json.

import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, setOwn } from '../store/json-value.js';
import { writtenForm } from '../written-numbers.js';
import type { GoField, GoStruct, GoType, ScalarName } from './go-type.js';
import { goNameOf, goStruct, isStructName } from './go-type.js';
import type { Refuse } from './scalar.js';
import { decodeScalar, zeroOf } from './scalar.js';
import { DecodeError } from './decode-error.js';

/** Where in a document a value stands. */
export interface Place {
  /** The innermost struct, and the path of field names from the root, as Go names them in errors. */
  readonly struct: string;
  readonly fields: string;
  /** The path from the root with indices, for reports of unknown fields. */
  readonly path: string;
  readonly unknown: string[];
  /** In whose words errors are: of the JSON decoder, or of the converter that strategic merge patches go through. */
  readonly style: DecodeStyle;
  /** Go's decoder goes on after a value of the wrong type and reports the first; undefined where the first one ends it. */
  readonly saved: DecodeError[] | undefined;
  /** The text of a number that Go would write otherwise. */
  readonly written: string | undefined;
}

const EMPTY_PLACE: Place = { struct: '', fields: '', path: '', unknown: [], style: 'json', saved: undefined, written: undefined };

export type DecodeStyle = 'json' | 'unstructured';

/** Returns the same object when nothing had to be changed, so that unchanged parts stay shared with the stored version. */
export function decodeStruct(value: JsonValue, ref: string, into: { path: string; unknown: string[]; style?: DecodeStyle }): JsonObject {
  const { path, unknown, style = 'json' } = into;
  const saved: DecodeError[] = [];
  const decoded = decodeFields(value, goStruct(ref), {
    struct: '',
    fields: '',
    path,
    unknown,
    style,
    saved: style === 'json' ? saved : undefined,
    written: undefined,
  });
  const [first] = saved;
  if (first !== undefined) throw first;
  return decoded;
}

function decodeFields(value: JsonValue, struct: GoStruct, place: Place): JsonObject {
  if (!isObject(value)) throw mismatch(value, place, { wanted: `v1.${struct.name}` });
  let draft: JsonDraft | undefined;
  const seen = new Map<string, JsonValue | undefined>();
  // In the order of the text, like the errors of Go's decoder.
  for (const key of Object.keys(value)) {
    const field = struct.fields.get(key);
    const item = own(value, key) ?? null;
    if (field === undefined) {
      place.unknown.push(joined(place.path, key));
      draft ??= { ...value };
      delete draft[key];
    } else if (isAsWanted(item, field.of)) seen.set(key, item);
    else seen.set(key, decodeOrSave(item, field, below(place, struct.name, { key, value })));
  }
  for (const [key, field] of struct.fields) {
    const before = own(value, key);
    const after = written(seen.get(key), field, struct.keepsEmptyLists);
    if (after === before) continue;
    draft ??= { ...value };
    if (after === undefined) delete draft[key];
    else setOwn(draft, key, after);
  }
  return draft === undefined ? value : inOrder(draft, struct);
}

/** In the order in which Go writes the fields: refusals quote objects. */
function inOrder(draft: JsonDraft, struct: GoStruct): JsonObject {
  const ordered: JsonDraft = {};
  for (const key of struct.fields.keys()) {
    const value = own(draft, key);
    if (value !== undefined) setOwn(ordered, key, value);
  }
  return ordered;
}

/** What nearly all leaves are: decoding would give the same value back. */
function isAsWanted(value: JsonValue, { type }: GoType): boolean {
  return type === 'raw' || (type === 'string' && typeof value === 'string') || (type === 'bool' && typeof value === 'boolean');
}

function below({ fields, path, unknown, style, saved }: Place, struct: string, { key, value }: { key: string; value: JsonObject }): Place {
  return { struct, fields: joined(fields, key), path: joined(path, key), unknown, style, saved, written: writtenForm(value, key) };
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function decodeOrSave(value: JsonValue, field: GoField, place: Place): JsonValue | undefined {
  try {
    return decodeField(value, field, place);
  } catch (error) {
    if (!(error instanceof DecodeError) || error.isFinal || place.saved === undefined) throw error;
    place.saved.push(error);
    return undefined;
  }
}

/** Undefined for what Go keeps as nil or zero. */
function decodeField(value: JsonValue, field: GoField, place: Place): JsonValue | undefined {
  return value === null && field.of.type !== 'raw' ? undefined : decode(value, field.of, place);
}

/** What Go writes for a field with this value; undefined when it leaves the field out. */
function written(
  value: JsonValue | undefined,
  { of, isPointer, omitsEmpty, omitsZero }: GoField,
  keepsEmptyLists: boolean,
): JsonValue | undefined {
  if (isPointer || of.type === 'raw') return value ?? (omitsEmpty || omitsZero ? undefined : null);
  if (of.type === 'struct') {
    const filled = value ?? decodeFields({}, goStruct(of.ref), EMPTY_PLACE);
    return omitsZero && isObject(filled) && Object.keys(filled).length === 0 ? undefined : filled;
  }
  if (of.type === 'list' || of.type === 'map') {
    const isEmpty = value === undefined || Object.keys(value as JsonObject).length === 0;
    if (!isEmpty) return value;
    return omitsEmpty ? undefined : keepsEmptyLists ? (value ?? null) : null;
  }
  const zero = zeroOf(of.type);
  const found = value ?? zero;
  if (of.type === 'time' || of.type === 'microtime' || of.type === 'intorstring' || of.type === 'quantity')
    return found === null && omitsZero ? undefined : found;
  return found === zero && omitsEmpty ? undefined : found;
}

function decode(value: JsonValue, of: GoType, place: Place): JsonValue {
  switch (of.type) {
    case 'struct':
      return decodeFields(value ?? {}, goStruct(of.ref), place);
    case 'list':
      if (!isArray(value)) throw mismatch(value, place, { wanted: goNameOf(of) });
      return mapItems(value, (item, index) =>
        isAsWanted(item, of.of) ? item : decodeItem(item, of.of, { ...place, path: `${place.path}[${index}]` }),
      );
    case 'map':
      if (!isObject(value)) throw mismatch(value, place, { wanted: goNameOf(of) });
      return mapEntries(value, (item, key) =>
        isAsWanted(item, of.of) ? item : decodeItem(item, of.of, { ...place, path: `${place.path}.${key}` }),
      );
    default:
      return decodeLeaf(value, of, place);
  }
}

const INTEGERS: ReadonlySet<ScalarName> = new Set(['int', 'int32', 'int64', 'intorstring']);

function decodeLeaf(value: JsonValue, of: { readonly type: ScalarName; readonly goName: string }, place: Place): JsonValue {
  const refuse = (wanted: string, shown?: string): DecodeError => mismatch(value, place, { wanted, shown });
  if (place.written !== undefined && place.style === 'json' && INTEGERS.has(of.type)) {
    const wanted = of.type === 'intorstring' ? 'int32' : of.goName;
    throw new DecodeError(mismatch(value, place, { wanted, shown: `number ${place.written}` }).message, { isFinal: readsItself(of.type) });
  }
  if (place.style === 'json') return readsItself(of.type) ? decodeFinally(value, of, refuse) : decodeScalar(value, of, refuse);
  // These types read JSON themselves.
  if (of.type === 'time' || of.type === 'microtime')
    return decodeScalar(value, of, () => mismatch(value, { ...place, struct: '', fields: '', style: 'json' }, { wanted: 'string' }));
  if (of.type === 'intorstring')
    return decodeScalar(value, of, (wanted, shown) =>
      mismatch(value, { ...place, struct: '', fields: '', style: 'json' }, { wanted, shown }),
    );
  if (of.type !== 'bytes') return decodeScalar(value, of, refuse);
  try {
    return decodeScalar(value, of, refuse);
  } catch (error) {
    if (error instanceof DecodeError && typeof value === 'string') throw new DecodeError(`error decoding from json: ${error.message}`);
    throw error;
  }
}

/** Go types that read their JSON themselves: what they refuse ends the decoding at once. */
function readsItself(type: ScalarName): boolean {
  return type === 'time' || type === 'microtime' || type === 'intorstring' || type === 'quantity';
}

function decodeFinally(value: JsonValue, of: { readonly type: ScalarName; readonly goName: string }, refuse: Refuse): JsonValue {
  try {
    return decodeScalar(value, of, refuse);
  } catch (error) {
    throw error instanceof DecodeError ? new DecodeError(error.message, { isFinal: true }) : error;
  }
}

/** Inside lists and maps null becomes the zero value. */
function decodeItem(value: JsonValue, of: GoType, place: Place): JsonValue {
  if (value !== null || of.type === 'raw' || of.type === 'struct') return decode(value ?? {}, of, place);
  return of.type === 'list' || of.type === 'map' ? null : zeroOf(of.type);
}

function mapItems(list: readonly JsonValue[], decodeOne: (item: JsonValue, index: number) => JsonValue): JsonValue {
  const items = list.map(decodeOne);
  return items.every((item, index) => item === list[index]) ? list : items;
}

function mapEntries(map: JsonObject, decodeOne: (item: JsonValue, key: string) => JsonValue): JsonValue {
  let draft: JsonDraft | undefined;
  for (const key of Object.keys(map)) {
    const before = own(map, key) ?? null;
    const after = decodeOne(before, key);
    if (after !== before) setOwn((draft ??= { ...map }), key, after);
  }
  return draft ?? map;
}

export function jsonTypeName(value: JsonValue): string {
  if (isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function mismatch(
  value: JsonValue,
  place: Place,
  { wanted, shown = jsonTypeName(value) }: { wanted: string; shown?: string | undefined },
): DecodeError {
  if (place.style === 'unstructured') return new DecodeError(conversion(value, wanted));
  const target =
    place.struct === '' && place.fields === ''
      ? `Go value of type ${wanted}`
      : `Go struct field ${place.struct}.${place.fields} of type ${wanted}`;
  return new DecodeError(`json: cannot unmarshal ${shown} into ${target}`);
}

function conversion(value: JsonValue, wanted: string): string {
  const from = isArray(value) ? '[]interface {}' : isObject(value) ? 'map[string]interface {}' : numberAware(value);
  const kind = isArray(value) ? 'slice' : isObject(value) ? 'map' : numberAware(value);
  if (wanted.startsWith('map[')) return `cannot restore map from ${kind}`;
  if (wanted.startsWith('[]')) return `cannot restore slice from ${kind}`;
  return /^v1\.[A-Z]\w+$/.test(wanted) && isStructName(wanted.slice(3))
    ? `cannot restore struct from: ${kind}`
    : leafConversion(from, wanted);
}

const NUMBERS = /^(int|int32|int64|float64|bool)$/;

/** Go converts numbers into each other, and integers into texts; only what it could convert, but must not, is called so. */
function leafConversion(from: string, wanted: string): string {
  const isNumber = NUMBERS.test(wanted);
  const isConvertible = (from === 'int64' && wanted !== 'bool') || (from === 'float64' && isNumber && wanted !== 'bool');
  return isConvertible ? `cannot convert ${from} to ${wanted}` : `unrecognized type: ${isNumber ? wanted : 'string'}`;
}

function numberAware(value: JsonValue): string {
  if (typeof value === 'bigint') return 'int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return jsonTypeName(value);
}
