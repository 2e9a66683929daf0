import type { JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, setOwn } from '../store/json-value.js';
import type { ListType } from './field-type.js';
import { keyElement, valueElement } from './path-element.js';

/** The path element of a member of a set or of a list with keys; otherwise what is wrong with it, in the words of the real server. */
export type ListElement = { readonly element: string } | { readonly problem: string };

export function listElement(list: ListType, item: JsonValue): ListElement {
  return list.relation === 'keyed' ? keyedElement(list, item) : setElement(item);
}

function keyedElement(list: ListType, item: JsonValue): ListElement {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isObject(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const keys = keysOf(list, item);
  if (Object.keys(keys).length > 0) return { element: keyElement(keys) };
  const names = `[${list.keys.map((key) => JSON.stringify(key)).join(' ')}]`;
  return {
    problem: `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
  };
}

function keysOf(list: ListType, item: JsonObject): JsonObject {
  const keys: JsonDraft = {};
  for (const key of list.keys) {
    // A key that is null is a key: only what is not there at all has its default.
    const sent = own(item, key);
    const value = sent === undefined ? list.element.map?.keyDefaults[key] : sent;
    if (value !== undefined) setOwn(keys, key, value);
  }
  return keys;
}

function setElement(item: JsonValue): ListElement {
  if (isObject(item)) return { problem: "associative list without keys has an element that's a map type" };
  if (isArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  return { element: valueElement(item) };
}
