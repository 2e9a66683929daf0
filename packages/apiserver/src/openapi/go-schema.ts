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
  const found = new Map<string, JsonObject>();
  const waiting = [...refs];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const name = openApiName(ref);
    if (found.has(name)) continue;
    const properties: JsonDraft = {};
    const required: string[] = [];
    for (const field of goStruct(ref).fields.values()) {
      properties[field.name] = { ...fieldSchema(field.of, root, waiting), ...mergeMarks(field) };
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

function fieldSchema(of: GoType, root: string, waiting: string[]): JsonObject {
  switch (of.type) {
    case 'struct':
      waiting.push(of.ref);
      return { $ref: `${root}${openApiName(of.ref)}` };
    case 'list':
      return { type: 'array', items: fieldSchema(of.of, root, waiting) };
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(of.of, root, waiting) };
    default:
      return SCALARS[of.type] ?? {};
  }
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
  intorstring: { type: 'string', format: 'int-or-string' },
  quantity: { type: 'string' },
  raw: { type: 'object' },
};
