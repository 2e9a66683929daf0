// One step of a path into an object, in the notation of FieldsV1: `f:NAME` a field, `k:{…}` the member of a list with these keys,
// `v:VALUE` the member of a set, `i:INDEX` a position.

import { parseExactly } from '../exact-numbers.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, own, sortedText } from '../store/json-value.js';

export function fieldElement(name: string): string {
  return `f:${name}`;
}

export function keyElement(keys: JsonObject): string {
  return `k:${goText(keys)}`;
}

export function valueElement(value: JsonValue): string {
  return `v:${goText(value)}`;
}

/** JSON as Go writes it: sorted keys, and the characters that HTML gives a meaning to are escaped. */
export function goText(value: JsonValue): string {
  return sortedText(value).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The normal form of an element that a client wrote; undefined when its kind is unknown. Throws a SyntaxError when it is malformed. */
export function readElement(text: string): string | undefined {
  if (text.length < 2) throw new SyntaxError('key must be 2 characters long:');
  if (text[1] !== ':') throw new SyntaxError(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(parseExactly(rest));
    case 'k': {
      const keys = parseExactly(rest);
      if (!isObject(keys)) throw new SyntaxError(`not an object: ${rest}`);
      return keyElement(keys);
    }
    case 'i':
      if (!/^[+-]?\d+$/.test(rest)) throw new SyntaxError(`strconv.Atoi: parsing ${JSON.stringify(rest)}: invalid syntax`);
      return `i:${Number(rest)}`;
    default:
      return undefined;
  }
}

/** The element as messages show it: `.name`, `[key="value"]`, `[="value"]`, `[0]`. */
export function shownElement(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k': {
      const keys = parseExactly(rest) as JsonObject;
      return `[${Object.keys(keys)
        .map((key) => `${key}=${shownValue(own(keys, key) ?? null)}`)
        .join(',')}]`;
    }
    case 'v':
      return `[=${shownValue(parseExactly(rest))}]`;
    default:
      return `[${rest}]`;
  }
}

/** A value as the messages of the real server show it. */
export function shownValue(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(shownValue).join(',')}]`;
  if (!isObject(value)) return sortedText(value);
  return Object.keys(value)
    .map((key) => `${key}=${shownValue(own(value, key) ?? null)}`)
    .join('');
}

const KINDS = 'fkvi';

/** The order of FieldsV1: fields, keys, values, positions; each by content. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0;
  if (a.startsWith('f:') && b.startsWith('f:')) return a < b ? -1 : 1;
  const kind = KINDS.indexOf(a.charAt(0)) - KINDS.indexOf(b.charAt(0));
  if (kind !== 0) return kind;
  return compareValues(parseExactly(a.slice(2)), parseExactly(b.slice(2)));
}

/** Numbers before texts before truth values before lists before objects before null. */
function rank(value: JsonValue): number {
  if (typeof value === 'number' || typeof value === 'bigint') return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (isArray(value)) return 3;
  return value === null ? 5 : 4;
}

function compareValues(a: JsonValue, b: JsonValue): number {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  if (isArray(a) && isArray(b)) return firstDifference(a.length, b.length, (index) => compareValues(a[index] ?? null, b[index] ?? null));
  if (isObject(a) && isObject(b)) return compareObjects(a, b);
  if (a === b || a === null || b === null) return 0;
  return a < b ? -1 : 1;
}

function compareObjects(a: JsonObject, b: JsonObject): number {
  const [keysOfA, keysOfB] = [Object.keys(a).sort(), Object.keys(b).sort()];
  return firstDifference(keysOfA.length, keysOfB.length, (index) => {
    const [keyOfA = '', keyOfB = ''] = [keysOfA[index], keysOfB[index]];
    if (keyOfA !== keyOfB) return keyOfA < keyOfB ? -1 : 1;
    return compareValues(own(a, keyOfA) ?? null, own(b, keyOfB) ?? null);
  });
}

function firstDifference(lengthOfA: number, lengthOfB: number, compareAt: (index: number) => number): number {
  for (let index = 0; index < Math.min(lengthOfA, lengthOfB); index += 1) {
    const order = compareAt(index);
    if (order !== 0) return order;
  }
  return lengthOfA - lengthOfB;
}
