// How large the values of a schema can be, as kube-apiserver reckons: what costs of rules are estimated from.

import type { JsonObject } from '../store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import { escapeName } from './escape.js';

/** Characters of a text, items of a list, entries of a map; for everything else there is none, which counts as 0. */
export interface ValueSize {
  readonly most: number;
  /** Bytes of the shortest JSON. */
  readonly shortest: number;
  readonly item?: ValueSize;
  readonly fields?: ReadonlyMap<string, ValueSize>;
}

/** Bytes of the largest request. */
export const LARGEST_REQUEST = 3 * 1024 * 1024;

const LONGEST_TEXT = LARGEST_REQUEST - 2;
const BYTES_OF_CHARACTER = 4;
const TEXT: JsonObject = { type: 'string' };
const METADATA: JsonObject = { type: 'object', properties: { name: TEXT, generateName: TEXT } };
const DATES: ReadonlyMap<string, ValueSize> = new Map([
  ['duration', { most: 32, shortest: 3 }],
  ['date', { most: 12, shortest: 12 }],
  ['date-time', { most: 32, shortest: 21 }],
]);

const isEmbedded = (schema: JsonObject): boolean => own(schema, 'x-kubernetes-embedded-resource') === true;

/** Undefined for what rules cannot see. */
export function valueSizeOf(schema: JsonObject, isRoot = isEmbedded(schema)): ValueSize | undefined {
  if (own(schema, 'x-kubernetes-int-or-string') === true) return { most: lengthOf(schema) ?? LONGEST_TEXT, shortest: 1 };
  switch (isRoot ? 'object' : stringAt(schema, 'type')) {
    case 'array':
      return listSize(schema);
    case 'object':
      return isObject(own(schema, 'additionalProperties')) && !isRoot ? mapSize(schema) : objectSize(schema, isRoot);
    case 'string':
      return textSize(schema);
    case 'boolean':
      return { most: 0, shortest: 4 };
    case 'integer':
    case 'number':
      return { most: 0, shortest: 1 };
    default:
      return undefined;
  }
}

/** Undefined where the schema names no such bound. */
export function boundAt(schema: JsonObject, key: string): number | undefined {
  const bound = own(schema, key);
  return typeof bound === 'number' || typeof bound === 'bigint' ? Math.max(0, Number(bound)) : undefined;
}

function lengthOf(schema: JsonObject): number | undefined {
  const length = boundAt(schema, 'maxLength');
  return length === undefined ? undefined : length * BYTES_OF_CHARACTER;
}

function textSize(schema: JsonObject): ValueSize {
  const format = stringAt(schema, 'format');
  const date = DATES.get(format);
  if (date !== undefined) return date;
  if (format === 'byte') return { most: boundAt(schema, 'maxLength') ?? LONGEST_TEXT, shortest: 2 };
  const allowed = arrayAt(schema, 'enum').map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0));
  return { most: lengthOf(schema) ?? (allowed.length > 0 ? Math.max(...allowed) : LONGEST_TEXT), shortest: 2 };
}

function listSize(schema: JsonObject): ValueSize | undefined {
  const items = own(schema, 'items');
  const item = isObject(items) ? valueSizeOf(items) : undefined;
  if (item === undefined) return undefined;
  return { most: boundAt(schema, 'maxItems') ?? Math.floor(LONGEST_TEXT / (item.shortest + 1)), shortest: 2, item };
}

function mapSize(schema: JsonObject): ValueSize | undefined {
  const item = valueSizeOf(objectAt(schema, 'additionalProperties'));
  if (item === undefined) return undefined;
  return { most: boundAt(schema, 'maxProperties') ?? Math.floor(LONGEST_TEXT / (item.shortest + 6)), shortest: 2, item };
}

function objectSize(schema: JsonObject, isRoot: boolean): ValueSize {
  const declared = objectAt(schema, 'properties');
  const properties = isRoot ? { ...declared, apiVersion: TEXT, kind: TEXT, metadata: METADATA } : declared;
  const required = new Set(stringsAt(schema, 'required'));
  const fields = new Map<string, ValueSize>();
  let shortest = 2;
  for (const [key, field] of Object.entries(properties)) {
    const size = isObject(field) ? valueSizeOf(field) : undefined;
    if (size === undefined || !isObject(field)) continue;
    const name = escapeName(key);
    if (name !== undefined) fields.set(name, size);
    if (required.has(key) && own(field, 'default') === undefined) shortest += Buffer.byteLength(key) + size.shortest + 4;
  }
  return { most: 0, shortest, fields };
}
