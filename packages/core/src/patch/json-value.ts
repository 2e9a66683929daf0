import { NotJsonError } from '../errors.js';
import { numberOf } from '../model/exact-number.js';
import { setOwn, type Json } from '../model/json.js';

/**
 * A copy of what a user gave, checked to be JSON: nothing is converted in silence. A bigint is a number with all of its digits. Properties without a value are absent.
 *
 * @param what for the message: `patch`, `the result`
 * @throws NotJsonError `KOPF_NOT_JSON` naming the path: the same value would fail again.
 */
export function toJson(value: unknown, what: string): Json {
  return copy(value, what, []);
}

function copy(value: unknown, path: string, parents: readonly object[]): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new NotJsonError(path, String(value));
    case 'bigint':
      return numberOf(String(value));
    case 'object':
      return value === null ? null : copyObject(value, path, parents);
    default:
      throw new NotJsonError(path, value === undefined ? 'undefined' : `a ${typeof value}`);
  }
}

function copyObject(value: object, path: string, parents: readonly object[]): Json {
  if (parents.includes(value)) throw new NotJsonError(path, 'a part of itself');
  const around = [...parents, value];
  if (Array.isArray(value)) return Array.from(value, (item: unknown, i) => copy(item, `${path}[${i}]`, around));
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of other realms have a prototype without a prototype, too.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new NotJsonError(path, `a ${value.constructor.name}`);
  const result: Record<string, Json | undefined> = {};
  for (const [key, item] of Object.entries(value)) {
    // As in JSON.stringify: a property without a value is none.
    if (item !== undefined) setOwn(result, key, copy(item, pathTo(path, key), around));
  }
  return result;
}

function pathTo(path: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}['${key}']`;
}
