import { isJsonObject, isKopfError, type JsonArray, type JsonObject, type Resource } from '@kopfts/core';
import { groupVersionPath } from './api-path.js';
import { jsonReply } from './json-reply.js';
import type { Transport } from './transport/request.js';

const TIMEOUT_MS = 30_000;
const DEPTH = 64;

/**
 * The schema of a kind, as the server publishes it, without references: those of Kubernetes's own types that go round are cut off. `undefined`: there is
 * none.
 *
 * @throws KopfError if the server refuses to tell.
 */
export async function objectSchema(resource: Resource, transport: Transport, signal: AbortSignal): Promise<JsonObject | undefined> {
  const path = `/openapi/v3${groupVersionPath(resource.group, resource.version)}`;
  try {
    const document = await jsonReply(
      { lane: 'read', method: 'GET', path, accept: 'application/json', timeoutMs: TIMEOUT_MS },
      transport,
      signal,
    );
    const schemas = childOf(childOf(document, 'components'), 'schemas');
    const schema = Object.values(schemas).find((one) => isJsonObject(one) && isOf(one, resource));
    return isJsonObject(schema) ? inlined(schema, schemas, []) : undefined;
  } catch (error) {
    if (isKopfError(error, 'KOPF_NOT_FOUND')) return undefined;
    throw error;
  }
}

function childOf(object: JsonObject, name: string): JsonObject {
  const child = object[name];
  return isJsonObject(child) ? child : {};
}

function isOf(schema: JsonObject, { group, version, kind }: Resource): boolean {
  const kinds = schema['x-kubernetes-group-version-kind'];
  return (
    Array.isArray(kinds) &&
    kinds.some((one) => isJsonObject(one) && one['group'] === group && one['version'] === version && one['kind'] === kind)
  );
}

/** `way` has the names of the schemas around this one. */
function inlined(schema: JsonObject, schemas: JsonObject, way: readonly string[]): JsonObject {
  const name = nameOf(schema);
  if (name === undefined) {
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, inlinedValue(value, schemas, way)]));
  }
  const target = schemas[name];
  if (!isJsonObject(target) || way.includes(name) || way.length > DEPTH) return { 'x-kubernetes-preserve-unknown-fields': true };
  return inlined(target, schemas, [...way, name]);
}

function inlinedValue(value: JsonObject[string], schemas: JsonObject, way: readonly string[]): JsonObject[string] {
  if (Array.isArray(value)) return (value as JsonArray).map((one) => inlinedValue(one, schemas, way) ?? null);
  return isJsonObject(value) ? inlined(value, schemas, way) : value;
}

/** Kubernetes writes `allOf: [{ $ref }]` where there is a default beside it. */
function nameOf(schema: JsonObject): string | undefined {
  const all = schema['allOf'];
  const only = Array.isArray(all) && all.length === 1 ? (all as JsonArray)[0] : undefined;
  const reference = schema['$ref'] ?? (isJsonObject(only) ? only['$ref'] : undefined);
  return typeof reference === 'string' ? reference.replace('#/components/schemas/', '') : undefined;
}
