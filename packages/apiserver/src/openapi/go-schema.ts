// OpenAPI schemas of the Go types: fields, types, what is required and how lists merge. The texts of the documentation are left out.

import type { GoField, GoType } from '../go/go-type.js';
import { goStruct } from '../go/go-type.js';
import type { JsonDraft, JsonObject } from '../store/json-value.js';

const PACKAGES: Readonly<Record<string, string>> = {
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
};

/** The name of a type in OpenAPI documents: `io.k8s.api.core.v1.Pod`. */
export function openApiName(ref: string): string {
  const [group = '', ...rest] = ref.split('.');
  return [PACKAGES[group] ?? `io.k8s.api.${group}`, ...rest].join('.');
}

/** The schema of a type and of everything that it is made of, by name. `root` is how references begin. */
export function goSchemas(refs: readonly string[], root: string): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>(isVersion2(root) ? NAMED_SCALARS_V2 : NAMED_SCALARS);
  const waiting = [...refs];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const name = openApiName(ref);
    if (found.has(name)) continue;
    const properties: JsonDraft = {};
    const required: string[] = [];
    for (const field of goStruct(ref).fields.values()) {
      const context = { root, waiting, raw: rawName(ref, field.name) };
      if (context.raw !== '') found.set(context.raw, isVersion2(root) ? { type: 'object' } : {});
      properties[field.name] = { ...fieldSchema(field.of, context), ...mergeMarks(field) };
      if (field.isRequired) required.push(field.name);
    }
    found.set(name, { type: 'object', properties, ...(required.length === 0 ? {} : { required }) });
  }
  return found;
}

function mergeMarks({ mergeKey, retainsKeys }: GoField): JsonObject {
  if (mergeKey === undefined) return {};
  const strategy = retainsKeys ? 'merge,retainKeys' : 'merge';
  return { 'x-kubernetes-patch-strategy': strategy, ...(mergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }) };
}

interface FieldContext {
  readonly root: string;
  readonly waiting: string[];
  /** The name of the type of anything that is inside; empty: it has none. */
  readonly raw: string;
}

function fieldSchema(of: GoType, context: FieldContext): JsonObject {
  const { root, waiting, raw } = context;
  switch (of.type) {
    case 'struct':
      waiting.push(of.ref);
      return { $ref: `${root}${openApiName(of.ref)}` };
    case 'list':
      return { type: 'array', items: fieldSchema(of.of, context) };
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(of.of, context) };
    case 'intorstring':
      return { $ref: `${root}${INT_OR_STRING}` };
    case 'quantity':
      return { $ref: `${root}${QUANTITY}` };
    case 'raw':
      return raw === '' ? { type: 'object' } : { $ref: `${root}${raw}` };
    default:
      return SCALARS[of.type] ?? {};
  }
}

const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** Types that are written as one value of several JSON types; OpenAPI 2 has no words for that. */
const NAMED_SCALARS: readonly (readonly [string, JsonObject])[] = [
  [INT_OR_STRING, { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' }],
  [QUANTITY, { oneOf: [{ type: 'string' }, { type: 'number' }] }],
];
const NAMED_SCALARS_V2: readonly (readonly [string, JsonObject])[] = [
  [INT_OR_STRING, { type: 'string', format: 'int-or-string' }],
  [QUANTITY, { type: 'string' }],
];

function isVersion2(root: string): boolean {
  return root === '#/definitions/';
}

const RAW_TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'meta.v1.ManagedFieldsEntry': { fieldsV1: 'FieldsV1' },
  'apiextensions.v1.JSONSchemaProps': {
    default: 'JSON',
    enum: 'JSON',
    example: 'JSON',
    items: 'JSONSchemaPropsOrArray',
    additionalItems: 'JSONSchemaPropsOrBool',
    additionalProperties: 'JSONSchemaPropsOrBool',
    dependencies: 'JSONSchemaPropsOrStringArray',
  },
};

/** The types of fields that may hold anything. */
function rawName(ref: string, field: string): string {
  const name = RAW_TYPES[ref]?.[field];
  return name === undefined ? '' : openApiName(`${ref.slice(0, ref.lastIndexOf('.'))}.${name}`);
}

const INTEGER = { type: 'integer', format: 'int32' };
const SCALARS: Readonly<Record<string, JsonObject>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int: INTEGER,
  int32: INTEGER,
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  time: { type: 'string', format: 'date-time' },
  microtime: { type: 'string', format: 'date-time' },
  bytes: { type: 'string', format: 'byte' },
};
