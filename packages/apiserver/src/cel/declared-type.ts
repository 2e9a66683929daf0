// What a structural schema is in CEL, and how its values become values of CEL.

import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own, stringAt } from '../store/json-value.js';
import { SOURCE, celEqual } from './cel-value.js';
import { escapeName } from './escape.js';
import type { CelEnvironment } from './environment.js';
import { newEnvironment } from './library.js';

export interface DeclaredType {
  /** As the CEL library writes types. */
  readonly name: string;
  convert(value: JsonValue): unknown;
}

const TEXT: JsonObject = { type: 'string' };
const OBJECT_META: JsonObject = { type: 'object', properties: { name: TEXT, generateName: TEXT } };

/** The schema with what rules always know of a whole object. */
function withIdentity(schema: JsonObject): JsonObject {
  return {
    ...schema,
    type: 'object',
    properties: { ...objectAt(schema, 'properties'), apiVersion: TEXT, kind: TEXT, metadata: OBJECT_META },
  };
}

const isEmbedded = (schema: JsonObject): boolean => own(schema, 'x-kubernetes-embedded-resource') === true;

/** Declares the types of a schema; undefined where rules cannot see its values. */
export class Declarations {
  readonly #environment: CelEnvironment;
  #count = 0;

  constructor(environment: CelEnvironment) {
    this.#environment = environment;
  }

  of(schema: JsonObject, isRoot = isEmbedded(schema)): DeclaredType | undefined {
    const found = this.#ofNonNull(schema, isRoot);
    // A null is a value of its own, which no other type has.
    if (found === undefined || own(schema, 'nullable') !== true) return found;
    return { name: 'dyn', convert: (value) => (value === null ? null : found.convert(value)) };
  }

  #ofNonNull(schema: JsonObject, isRoot: boolean): DeclaredType | undefined {
    if (own(schema, 'x-kubernetes-int-or-string') === true) return { name: 'dyn', convert: scalar };
    const type = isRoot ? 'object' : stringAt(schema, 'type');
    if (type === 'array') return this.#list(schema);
    if (type === 'object') return this.#object(isRoot ? withIdentity(schema) : schema);
    if (type === 'string') return this.#text(stringAt(schema, 'format'));
    if (type === 'boolean') return { name: 'bool', convert: scalar };
    if (type === 'integer') return { name: 'int', convert: scalar };
    return type === 'number' ? { name: 'double', convert: Number } : undefined;
  }

  #list(schema: JsonObject): DeclaredType | undefined {
    const items = own(schema, 'items');
    const item = isObject(items) ? this.of(items) : undefined;
    if (item === undefined) return undefined;
    return { name: `list<${item.name}>`, convert: (value) => (isArray(value) ? value.map((one) => item.convert(one)) : value) };
  }

  #object(schema: JsonObject): DeclaredType | undefined {
    const additional = own(schema, 'additionalProperties');
    if (!isObject(additional)) return this.#message(schema);
    const item = this.of(additional);
    if (item === undefined) return undefined;
    const convert = (value: JsonValue): unknown =>
      isObject(value) ? new Map(Object.entries(value).map(([key, one]) => [key, item.convert(one)])) : value;
    return { name: `map<string, ${item.name}>`, convert };
  }

  #message(schema: JsonObject): DeclaredType {
    const fields = new Map<string, { readonly key: string; readonly type: DeclaredType }>();
    for (const [key, field] of Object.entries(objectAt(schema, 'properties'))) {
      const [name, type] = [escapeName(key), isObject(field) ? this.of(field) : undefined];
      if (name !== undefined && name !== 'constructor' && type !== undefined) fields.set(name, { key, type });
    }
    const name = `Object${(this.#count += 1)}`;
    const ctor = class {
      readonly [SOURCE]: JsonObject;

      constructor(source: JsonObject) {
        this[SOURCE] = source;
      }
    };
    // Nothing but its fields is found in an object.
    Object.setPrototypeOf(ctor.prototype, null);
    const declared = Object.fromEntries([...fields].map(([field, { type }]) => [field, type.name]));
    this.#environment.registerType(name, { ctor, fields: declared });
    this.#environment.registerOperator(`${name} == ${name}`, celEqual);
    return { name, convert: (value) => (isObject(value) ? toMessage(ctor, value, fields) : value) };
  }

  #text(format: string): DeclaredType {
    if (format === 'byte') return { name: 'bytes', convert: (value) => new Uint8Array(Buffer.from(textOf(value), 'base64')) };
    if (format === 'duration') return { name: 'google.protobuf.Duration', convert: toDuration };
    if (format === 'date') return { name: 'google.protobuf.Timestamp', convert: (value) => new Date(`${textOf(value)}T00:00:00Z`) };
    if (format === 'date-time') return { name: 'google.protobuf.Timestamp', convert: (value) => new Date(textOf(value)) };
    return { name: 'string', convert: scalar };
  }
}

/** Validation has refused everything else before. */
function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}

function toDuration(value: JsonValue): unknown {
  return newEnvironment().registerVariable('text', 'string').evaluate('duration(text)', { text: value });
}

function scalar(value: JsonValue): unknown {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}

function toMessage(
  ctor: new (source: JsonObject) => object,
  value: JsonObject,
  fields: ReadonlyMap<string, { readonly key: string; readonly type: DeclaredType }>,
): object {
  const message = new ctor(value);
  for (const [name, { key, type }] of fields) {
    const found = own(value, key);
    if (found !== undefined) Object.defineProperty(message, name, { value: type.convert(found), enumerable: true });
  }
  return message;
}
