// What Go values have of a body that was sent, and what is gone once the object was stored and read again: maps without members, bytes
// that are null, metadata of an applied custom resource that has another form. It counts as a change all the same.

import type { JsonObject, JsonValue } from '../store/json-value.js';
import { EMPTY, deepEqual, isObject, own } from '../store/json-value.js';

/** The odd values by their field. */
export type SentForm = JsonObject;

/** The maps without members among these fields, and the members of maps of bytes that are null. */
export function oddMaps(body: JsonObject, fields: { readonly maps: readonly string[]; readonly bytes: readonly string[] }): SentForm {
  let form: JsonObject = EMPTY;
  for (const field of fields.maps) {
    const value = own(body, field);
    if (!isObject(value)) continue;
    const nulls = fields.bytes.includes(field) ? nullsOf(value, own(body, 'stringData') ?? null) : EMPTY;
    if (Object.keys(value).length === 0 || nulls !== EMPTY) form = { ...form, [field]: nulls };
  }
  return form;
}

/** The keys whose value is null, and stays so: a Secret may have a text for them. */
function nullsOf(map: JsonObject, texts: JsonValue): JsonObject {
  const keys = Object.keys(map).filter((key) => own(map, key) === null && !(isObject(texts) && Object.hasOwn(texts, key)));
  return keys.length === 0 ? EMPTY : Object.fromEntries(keys.map((key) => [key, null]));
}

/** Fields of metadata that the server writes itself, whatever was sent. */
const WRITTEN: ReadonlySet<string> = new Set([
  'name',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
]);

/** What is in applied metadata in another form than reading leaves it in. */
export function oddMetadata(applied: JsonValue, read: JsonObject): SentForm {
  if (!isObject(applied)) return EMPTY;
  const odd = Object.keys(applied).filter((key) => !WRITTEN.has(key) && !deepEqual(own(applied, key), own(read, key)));
  return odd.length === 0 ? EMPTY : Object.fromEntries(odd.map((key) => [key, own(applied, key) ?? null]));
}
