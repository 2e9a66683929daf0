// JSON merge patch as gopkg.in/evanphx/json-patch.v4 applies it: RFC 7396, except that nulls inside arrays survive, and so does
// whatever replaces an object by something that is none.

import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, setOwn } from '../store/json-value.js';
import { keepForms } from '../written-numbers.js';

/** Parts that the patch does not touch are shared with the document. */
export function applyMergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonDraft = { ...document };
  keepForms(patch, result);
  for (const key of Object.keys(patch)) {
    const change = own(patch, key) ?? null;
    if (change === null) delete result[key];
    else setOwn(result, key, mergeValue(own(document, key), change));
  }
  return result;
}

function mergeValue(current: JsonValue | undefined, change: JsonValue): JsonValue {
  if (!isObject(current)) return withoutNullFields(change);
  return isObject(change) ? applyMergePatch(current, change) : change;
}

/** What a merge patch writes where nothing was: objects without the fields that are null. */
export function withoutNullFields(value: JsonValue): JsonValue {
  if (isArray(value)) {
    const items = value.map(withoutNullFields);
    keepForms(value, items);
    return items;
  }
  if (!isObject(value)) return value;
  const result: JsonDraft = {};
  keepForms(value, result);
  for (const key of Object.keys(value)) {
    const item = own(value, key) ?? null;
    if (item !== null) setOwn(result, key, withoutNullFields(item));
  }
  return result;
}
