// What is stored is a text in one version of its kind: what another version, or a later definition, makes of it is decided by reading it.

import { EMPTY, sortedText } from '../store/json-value.js';
import type { JsonObject } from '../store/json-value.js';
import { StoredObject } from '../store/stored-object.js';
import type { Resource } from './resource.js';
import type { SentForm } from './sent-form.js';

/** A stored object as a resource reads it: pruned and with defaults, where its kind has a schema. */
export function readStored({ rules }: Resource, object: StoredObject): JsonObject {
  return rules.read?.(object) ?? object.body;
}

/**
 * The form in which a write of this resource is stored: the version, which is empty where all versions share one form, and what the text
 * has that reading loses. A write in another form is a change, even when nothing else changes.
 */
export function storedFormOf({ isCustom, storageVersion, rules }: Resource, sent: SentForm = EMPTY): string {
  const version = isCustom ? storageVersion : '';
  const lost = sent === EMPTY ? EMPTY : (rules.storedForm?.(sent) ?? EMPTY);
  return Object.keys(lost).length === 0 ? version : `${version} ${sortedText(lost)}`;
}

/** What is stored of a body that an endpoint of this resource wrote. */
export function toStorage({ rules }: Resource, body: JsonObject): JsonObject {
  return rules.toStorage?.(body) ?? body;
}

/** A body as it would come back from the storage: what a dry run answers with. */
export function throughStorage(resource: Resource, body: JsonObject): JsonObject {
  if (resource.rules.read === undefined) return body;
  const stored = new StoredObject(toStorage(resource, body), 0, storedFormOf(resource));
  return { ...resource.rules.read(stored), metadata: body['metadata'] ?? EMPTY };
}
