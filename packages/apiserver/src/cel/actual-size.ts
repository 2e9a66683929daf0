// How large the values of CEL are for what calls cost: characters, items, entries, bytes; everything else is 1.

import { Buffer } from 'node:buffer';
import { fieldCountOf } from './cel-value.js';
import { READING } from './estimate.js';
import { isOptional } from './optional-value.js';

/** Under which values of our own types say how large they are. */
export const SIZE: unique symbol = Symbol('size');

export function actualSize(value: unknown): number {
  if (typeof value === 'string') return charactersIn(value);
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  if (isOptional(value)) return value.hasValue() ? actualSize(value.value()) : 1;
  if (SIZE in value) return Number(value[SIZE]);
  // A literal of a map is a plain object.
  return value.constructor === Object ? Object.keys(value).length : (fieldCountOf(value) ?? 1);
}

function charactersIn(text: string): number {
  let pairs = 0;
  for (let index = 0; index < text.length; index += 1) if ((text.charCodeAt(index) & 0xfc00) === 0xd800) pairs += 1;
  return text.length - pairs;
}

/** What going through everything in a value costs. */
export function traversalCost(value: unknown): number {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * READING);
  if (value instanceof Uint8Array) return Math.floor(value.length * READING);
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + traversalCost(item), 0);
  if (!(value instanceof Map)) return 1;
  return [...value].reduce((sum, [key, item]) => sum + traversalCost(key) + traversalCost(item), 0);
}
