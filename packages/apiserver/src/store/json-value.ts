// JSON values as stored: immutable, compared by structure. Keys come from clients, so nothing here trusts the prototype chain:
// `__proto__` is an ordinary key of an API object and `constructor` is not a default value.

/** Integers that a number would round are bigints. */
export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON object under construction; it becomes a {@link JsonObject} once it is frozen or stored. */
export interface JsonDraft {
  [key: string]: JsonValue;
}

export const EMPTY: JsonObject = Object.freeze({});

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

export function own(object: JsonObject, key: string): JsonValue | undefined {
  const value = object[key];
  // Most questions are about what is not there.
  return value !== undefined && Object.hasOwn(object, key) ? value : undefined;
}

export function setOwn(draft: JsonDraft, key: string, value: JsonValue): void {
  // Plain assignment to `__proto__` would change the prototype instead of adding a key.
  if (key === '__proto__') Object.defineProperty(draft, key, { value, enumerable: true, configurable: true, writable: true });
  else draft[key] = value;
}

export function withKey(object: JsonObject, key: string, value: JsonValue): JsonObject {
  const draft: JsonDraft = { ...object };
  setOwn(draft, key, value);
  return draft;
}

export function withoutKey(object: JsonObject, key: string): JsonObject {
  if (!Object.hasOwn(object, key)) return object;
  // A deletion would make a slow object of the copy.
  const draft: JsonDraft = {};
  for (const name of Object.keys(object)) if (name !== key) setOwn(draft, name, object[name] ?? null);
  return draft;
}

export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isObject(value) ? value : EMPTY;
}

export function arrayAt(object: JsonObject, key: string): JsonArray {
  const value = own(object, key);
  return isArray(value) ? value : [];
}

export function stringAt(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}

export function stringsAt(object: JsonObject, key: string): readonly string[] {
  return arrayAt(object, key).filter((item) => typeof item === 'string');
}

export function deepEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) if (!Object.hasOwn(b, key) || !deepEqual(a[key], b[key])) return false;
  return true;
}

/** Freezes a whole value. Frozen parts are shared between versions of an object, so they are not walked again. */
export function deepFreeze<T extends JsonValue>(value: T): T {
  freezeAll(value);
  return value;
}

function freezeAll(value: JsonValue | undefined): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  if (isArray(value)) for (const item of value) freezeAll(item);
  else for (const key in value) freezeAll(value[key]);
  Object.freeze(value);
}

/** JSON with sorted keys, as Go writes maps. */
export function sortedText(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  if (!isObject(value)) return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sortedText(own(value, key) ?? null)}`);
  return `{${entries.join(',')}}`;
}
