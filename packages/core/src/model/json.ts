import { TooDeepError } from '../errors.js';
import { isExactNumber, sameNumber } from './exact-number.js';

/**
 * What Kubernetes objects are made of. `undefined` under a key means "absent", so that optional
 * properties of narrower types fit; it never reaches the wire.
 */
export type Json = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly Json[];
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** True for mappings: neither null, nor a list, nor a scalar. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

/** Strict equality by value; the order of keys does not matter, `undefined` equals absence (spec F-19, C-07). */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => jsonEqual(item as Json, b[i] as Json));
  if (!isJsonObject(a) || !isJsonObject(b)) return sameNumber(a, b);
  const keys = presentKeys(a);
  return keys.length === presentKeys(b).length && keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]));
}

/** The keys that hold something; a key whose value is `undefined` counts as absent. */
export function presentKeys(value: JsonObject): string[] {
  const keys = Object.keys(value);
  // Hardly any value has such a key: then no second list is made.
  for (const key of keys) if (value[key] === undefined) return keys.filter((one) => value[one] !== undefined);
  return keys;
}

/** Sets a key even if it is called `__proto__`: objects come from strangers. */
export function setOwn(target: Record<string, Json | undefined>, key: string, value: Json | undefined): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/**
 * What users get instead of a frozen value that holds numbers which JavaScript would round. As `Object.isFrozen`, it is a fact about a
 * value that never changes; entries go with their values.
 */
const plainTwins = new WeakMap<object, object>();

/** What walks through a value calls itself for each level, and some of it twice: the stack is good for many more. */
const MOST_LEVELS = 500;

/**
 * Freezes a value of ours in depth, once; returns the same value. Handlers see it read-only, also in production.
 *
 * @throws TooDeepError `KOPF_TOO_DEEP` for one that is nested more than 500 levels deep, however often it is tried.
 */
export function deepFreeze<T>(value: T): T {
  freeze(value, 0);
  return value;
}

/** Says whether a number that remembers its digits is in it. */
function freeze(value: unknown, level: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.isFrozen(value)) return plainTwins.has(value) || isExactNumber(value);
  if (level > MOST_LEVELS) throw new TooDeepError(MOST_LEVELS);
  let holdsExact = false;
  for (const key of Object.keys(value)) if (freeze((value as Record<string, unknown>)[key], level + 1)) holdsExact = true;
  // Last, so that what was refused is not taken for frozen the next time.
  Object.freeze(value);
  if (holdsExact) plainTwins.set(value, plainCopy(value));
  return holdsExact;
}

function plainCopy(value: object): object {
  if (Array.isArray(value)) return Object.freeze(value.map(plainPart));
  const copy: Record<string, Json | undefined> = {};
  for (const key of Object.keys(value)) setOwn(copy, key, plainPart((value as JsonObject)[key]) as Json);
  return Object.freeze(copy);
}

function plainPart(value: unknown): unknown {
  if (isExactNumber(value)) return value.value;
  return typeof value === 'object' && value !== null ? (plainTwins.get(value) ?? value) : value;
}

/** The value, frozen, as users see it: with real numbers, rounded where JavaScript has no such number. The same value where none is. */
export function plainOf<T>(value: T): T {
  freeze(value, 0);
  return plainPart(value) as T;
}

/** Whether there are numbers in it that users see rounded. One look, if it is frozen. */
export function holdsExactNumbers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.isFrozen(value)) return plainTwins.has(value) || isExactNumber(value);
  return Object.values(value).some(holdsExactNumbers);
}

/** The fields whose numbers users see rounded, dotted; `[]` stands for the places of a list. */
export function exactFields(value: Json | undefined, prefix = ''): readonly string[] {
  if (isExactNumber(value)) return [prefix];
  if (typeof value !== 'object' || value === null || !holdsExactNumbers(value)) return [];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((item) => exactFields(item, `${prefix}[]`));
  return Object.keys(value).flatMap((key) => exactFields((value as JsonObject)[key], prefix === '' ? key : `${prefix}.${key}`));
}
