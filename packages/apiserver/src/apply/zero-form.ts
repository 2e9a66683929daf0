// What an object of a built-in kind has before anybody writes anything: fields that the real server always writes.

import type { JsonObject } from '../store/json-value.js';
import { isObject, own, withKey } from '../store/json-value.js';

/** The object with what the real server always writes. */
export function withZeroForm(object: JsonObject, zero: JsonObject): JsonObject {
  let result = object;
  for (const key of Object.keys(zero)) {
    const [fallback, value] = [own(zero, key) ?? null, own(object, key)];
    if (value === undefined) result = withKey(result, key, fallback);
    else if (isObject(value) && isObject(fallback)) {
      const filled = withZeroForm(value, fallback);
      if (filled !== value) result = withKey(result, key, filled);
    }
  }
  return result;
}
