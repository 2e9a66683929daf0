// Documents as a stranger would write them: keys that objects inherit, text that is no text, numbers that JavaScript rounds.
import fc from 'fast-check';
import { setOwn, type Json, type JsonObject } from '../src/model/json.js';

/** What objects inherit, what promises have, and what pointers and paths escape. */
export const HOSTILE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'toJSON',
  'then',
  '',
  '/',
  '~',
  '~1',
  '%2f',
  'a.b',
  '0',
  '-',
  'k'.repeat(63),
  'k'.repeat(253),
] as const;

export const hostileKey = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<string>(...HOSTILE_KEYS) },
  { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
);

/** Twins that look alike, signs that are not seen, halves of pairs. */
export const strangeText = fc.oneof(
  fc.constantFrom('é', 'e\u0301', '😀', '\u202eevil', '\u0000', '\ud800', '\udc00x', '\u2028', '\ufeff', '𐍈'.repeat(63)),
  // What ends a text in JSON, and what does not.
  fc.constantFrom('"', '\\', '\\"', '":1234567890123456789,"'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, 1, 1.5, [], {}, [null, 1]),
  strangeText,
  fc.constant<Json>('polluted'),
);

/** A mapping of any such keys, nested. */
export const hostileObject: fc.Arbitrary<JsonObject> = fc.letrec<{ value: Json; mapping: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    tie('mapping'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => items),
  ),
  mapping: fc.array(fc.tuple(hostileKey, tie('value')), { maxLength: 4 }).map(objectOf),
})).mapping;

export function objectOf(entries: readonly (readonly [string, Json])[]): JsonObject {
  const object: Record<string, Json | undefined> = {};
  for (const [key, value] of entries) setOwn(object, key, value);
  return object;
}

/** Whether mappings are mappings and lists are lists, all the way down: no value has become the ancestor of another. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const ancestor: unknown = Object.getPrototypeOf(value);
  if (ancestor !== (Array.isArray(value) ? Array.prototype : Object.prototype)) return false;
  return Object.getOwnPropertyNames(value).every((key) => isPlain((value as Record<string, unknown>)[key]));
}

const ANCESTORS = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Number.prototype, Promise.prototype];
const described = (): string => JSON.stringify(ANCESTORS.map((one) => Reflect.ownKeys(one).map(String)));

/** Says whether what all objects inherit is still what it was. */
export function watchAncestors(): () => boolean {
  const before = described();
  return () => described() === before;
}
