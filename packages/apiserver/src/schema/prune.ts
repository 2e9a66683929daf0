// Structural schemas: what they do not specify is dropped before an object is validated or stored.

import { DecodeError } from '../go/decode-error.js';
import { decodeStruct } from '../go/decode.js';
import { OBJECT_META } from '../meta/object-meta.js';
import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own, setOwn, sortedText } from '../store/json-value.js';

/** Where we are, and what is found to drop: in the object itself, and in the metadata of objects inside it. */
export interface Pruning {
  readonly path: string;
  readonly unknown: string[];
  readonly embedded: string[];
  /** Whether objects inside that are none are refused: where a client sent them. */
  readonly refuses?: boolean;
}

/** Drops what the schema does not know and adds its path to `unknown`. Unchanged parts stay shared. */
export function prune(value: JsonValue, schema: JsonObject | undefined, into: Pruning): JsonValue {
  if (schema === undefined) return value;
  if (isArray(value)) return pruneItems(value, schema, into);
  return isObject(value) ? pruneFields(value, schema, into) : value;
}

function pruneItems(list: readonly JsonValue[], schema: JsonObject, into: Pruning): JsonValue {
  const itemSchema = own(schema, 'items');
  if (!isObject(itemSchema)) return list;
  const items = list.map((item, index) => prune(item, itemSchema, { ...into, path: `${into.path}[${index}]` }));
  return items.every((item, index) => item === list[index]) ? list : items;
}

function pathOf(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

const EMBEDDED_FIELDS = new Set(['apiVersion', 'kind', 'metadata']);

function pruneFields(object: JsonObject, schema: JsonObject, into: Pruning): JsonValue {
  const properties = objectAt(schema, 'properties');
  const additional = own(schema, 'additionalProperties');
  const keepsUnknown = own(schema, 'x-kubernetes-preserve-unknown-fields') === true || additional === true;
  const isEmbedded = own(schema, 'x-kubernetes-embedded-resource') === true;
  if (isEmbedded && into.refuses === true) checkEmbedded(object, into.path);
  let draft: JsonDraft | undefined;
  for (const key of Object.keys(object)) {
    const field = own(properties, key) ?? additional;
    const before = own(object, key) ?? null;
    if (isEmbedded && key === 'metadata' && isObject(before)) {
      const after = decodeStruct(before, OBJECT_META, { path: pathOf(into.path, key), unknown: into.embedded });
      if (after !== before) setOwn((draft ??= { ...object }), key, after);
    } else if (isObject(field)) {
      // Nothing can be dropped from a scalar: its path is not worth writing.
      if (typeof before !== 'object' || before === null) continue;
      const after = prune(before, field, { ...into, path: pathOf(into.path, key) });
      if (after !== before) setOwn((draft ??= { ...object }), key, after);
    } else if (!keepsUnknown && !(isEmbedded && EMBEDDED_FIELDS.has(key))) {
      into.unknown.push(pathOf(into.path, key));
      draft ??= { ...object };
      delete draft[key];
    }
  }
  return draft ?? object;
}

/** The type of an object inside is a text, and its metadata can be read as such. */
function checkEmbedded(object: JsonObject, path: string): void {
  for (const key of ['kind', 'apiVersion']) {
    const value = own(object, key);
    if (value !== undefined && typeof value !== 'string') throw unreadable(pathOf(path, key), value, 'must be a string');
  }
  const metadata = own(object, 'metadata') ?? {};
  try {
    decodeStruct(metadata, OBJECT_META, { path: '', unknown: [] });
  } catch (error) {
    throw error instanceof DecodeError ? unreadable(pathOf(path, 'metadata'), metadata, error.message) : error;
  }
}

function unreadable(path: string, value: JsonValue, why: string): DecodeError {
  return new DecodeError(`${path}: Invalid value: ${sortedText(value)}: ${why}`);
}
