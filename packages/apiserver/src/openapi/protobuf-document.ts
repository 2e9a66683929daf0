// The OpenAPI 2 document in Protocol Buffers, the only form in which kubectl asks for it: when a kind is unknown to it, and for
// `explain --output=plaintext-openapiv2`. The messages are those of gnostic's openapi.v2.

import { jsonTextOf } from '../exact-numbers.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt } from '../store/json-value.js';

export const OPENAPI_V2_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Go clients write the version with an at sign. */
export function wantsProtobufDocument(accept: string | undefined): boolean {
  return (accept ?? '').replace('@', '.').includes(OPENAPI_V2_PROTOBUF);
}

/** The document with everything that `openApiV2` puts into one. */
export function protobufDocument(document: JsonObject): Uint8Array {
  const info = objectAt(document, 'info');
  return Buffer.concat([
    field(1, document['swagger']),
    field(2, Buffer.concat([field(1, info['title']), field(2, info['version'])])),
    field(8, named(2, objectAt(document, 'paths'), pathItem)),
    field(9, named(1, objectAt(document, 'definitions'), schema)),
  ]);
}

const METHODS: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };

function pathItem(methods: JsonObject): Buffer {
  return Buffer.concat(Object.entries(methods).map(([method, value]) => field(METHODS[method] ?? 0, operation(asObject(value)))));
}

function operation(value: JsonObject): Buffer {
  const responses = named(1, objectAt(value, 'responses'), (response) => field(1, field(1, response['description'])));
  return Buffer.concat([
    ...list(value['parameters']).map((parameter) => field(8, field(1, field(2, field(3, queryParameter(asObject(parameter))))))),
    field(9, responses),
    extensions(13, value),
  ]);
}

function queryParameter(value: JsonObject): Buffer {
  return Buffer.concat([field(2, value['in']), field(4, value['name']), field(6, value['type']), field(20, value['uniqueItems'])]);
}

/** The field numbers of a schema's texts, flags and counts. */
const PLAIN: Readonly<Record<string, number>> = {
  $ref: 1,
  format: 2,
  title: 3,
  description: 4,
  multipleOf: 6,
  maximum: 7,
  exclusiveMaximum: 8,
  minimum: 9,
  exclusiveMinimum: 10,
  maxLength: 11,
  minLength: 12,
  pattern: 13,
  maxItems: 14,
  minItems: 15,
  uniqueItems: 16,
  maxProperties: 17,
  minProperties: 18,
  required: 19,
};
const DOUBLES: ReadonlySet<number> = new Set([6, 7, 9]);

function schema(value: JsonObject): Buffer {
  const plain = Object.entries(PLAIN).flatMap(([key, number]) =>
    list(value[key] ?? []).map((one) => (DOUBLES.has(number) && isNumber(one) ? double(number, Number(one)) : field(number, one))),
  );
  const { default: otherwise, enum: allowed, additionalProperties: rest, type, items, properties } = value;
  return Buffer.concat([
    ...plain,
    ...(otherwise === undefined ? [] : [field(5, any(otherwise))]),
    ...list(allowed ?? []).map((one) => field(20, any(one))),
    ...(rest === undefined ? [] : [field(21, typeof rest === 'boolean' ? field(2, rest) : field(1, schema(asObject(rest))))]),
    ...(type === undefined ? [] : [field(22, field(1, type))]),
    ...(items === undefined ? [] : [field(23, field(1, schema(asObject(items))))]),
    ...list(value['allOf'] ?? []).map((one) => field(24, schema(asObject(one)))),
    ...(properties === undefined ? [] : [field(25, named(1, asObject(properties), schema))]),
    extensions(31, value),
  ]);
}

function extensions(number: number, value: JsonObject): Buffer {
  const own = Object.entries(value).filter(([key]) => key.startsWith('x-'));
  return Buffer.concat(own.map(([name, one]) => field(number, Buffer.concat([field(1, name), field(2, any(one))]))));
}

/** Any value stands there as YAML, which JSON is. */
function any(value: JsonValue): Buffer {
  return field(2, jsonTextOf(value));
}

function named(number: number, of: JsonObject, write: (value: JsonObject) => Buffer): Buffer {
  const entries = Object.entries(of);
  return Buffer.concat(entries.map(([name, value]) => field(number, Buffer.concat([field(1, name), field(2, write(asObject(value)))]))));
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return isArray(value) ? value : [value];
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

const [VARINT, FIXED64, BYTES] = [0, 1, 2];

/** A field with its number; nothing when there is nothing to write. */
function field(number: number, value: JsonValue | Buffer | undefined): Buffer {
  if (typeof value === 'boolean') return Buffer.concat([varint((number << 3) | VARINT), varint(value ? 1 : 0)]);
  if (isNumber(value)) return Buffer.concat([varint((number << 3) | VARINT), varint(value)]);
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) return Buffer.alloc(0);
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((number << 3) | BYTES), varint(bytes.length), bytes]);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint((number << 3) | FIXED64), bytes]);
}

/** Seven bits per byte, the lowest ones first. */
function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, typeof value === 'bigint' ? value : BigInt(Math.trunc(value)));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
