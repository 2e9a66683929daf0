import type { JsonObject, JsonValue } from '../store/json-value.js';
import { objectAt, own, stringAt } from '../store/json-value.js';
import type { StructType } from './decode-fields.js';
import { BOOL, INT, RAW, STRING, TIME, listOf, mapOf, struct } from './decode-fields.js';

const OWNER_REFERENCE = struct('OwnerReference', {
  apiVersion: STRING,
  kind: STRING,
  name: STRING,
  uid: STRING,
  controller: BOOL,
  blockOwnerDeletion: BOOL,
});

/** The fields of `metadata`, of which clients may send any but decide only some. */
export const OBJECT_META: StructType = struct('ObjectMeta', {
  name: STRING,
  generateName: STRING,
  namespace: STRING,
  selfLink: STRING,
  uid: STRING,
  resourceVersion: STRING,
  generation: INT,
  creationTimestamp: TIME,
  deletionTimestamp: TIME,
  deletionGracePeriodSeconds: INT,
  labels: mapOf(STRING),
  annotations: mapOf(STRING),
  ownerReferences: listOf(OWNER_REFERENCE),
  finalizers: listOf(STRING),
  // Raw, since here an empty list means something: forget all owners.
  managedFields: RAW,
});

export function metaOf(body: JsonObject): JsonObject {
  return objectAt(body, 'metadata');
}

export function isDeleting(body: JsonObject): boolean {
  return stringAt(metaOf(body), 'deletionTimestamp') !== '';
}

export function generationOf(body: JsonObject): number {
  const generation = own(metaOf(body), 'generation');
  return typeof generation === 'number' ? generation : 0;
}

/** Replaces fields of `metadata`; an undefined value removes the field. */
export function withMeta(body: JsonObject, changes: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const metadata: Record<string, JsonValue> = { ...metaOf(body) };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...body, metadata };
}

/** A time as the API writes it: UTC, whole seconds. */
export function timestamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}
