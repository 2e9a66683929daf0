import type { ObjectRef, ObjectView } from '@kopfts/core';
import type { KeyNames } from './key.js';

/** What the script that loads is given, but for who asks. */
export interface LoadRequest {
  readonly scriptKeys: readonly string[];
  readonly args: readonly string[];
  /** The indexes that they are in, in the order of their digits. */
  readonly indexes: readonly string[];
  /** Of each object, where it is; one text for all that share it. */
  readonly wheres: readonly string[];
}

export interface LoadContext {
  readonly keys: KeyNames;
  /** We, or the object itself, know that there was something. */
  readonly isOurs: (object: ObjectView) => boolean;
  /** Whether this process has been told of the index before. */
  readonly isTold: (index: string) => boolean;
}

/** Digits of the text about the objects: one says which bucket, two say which place. */
const BASE = 64;
const ZERO = 48;

/**
 * Few and short texts: at the start of an operator much of the time goes into sending them and taking them apart. What many objects share is
 * sent once. At most 4096 objects. Pure.
 */
export function loadRequest(objects: readonly ObjectView[], { keys, isOurs, isTold }: LoadContext): LoadRequest {
  const scriptKeys: string[] = [];
  const indexNumbers = new Map<string, number>();
  const placeNumbers = new Map<string, number>();
  const places: string[] = [];
  const wheres: string[] = [];
  let about = '';
  for (const object of objects) {
    const { entry, known } = keys.of(object.ref.uid);
    scriptKeys.push(entry);
    const where = whereOf(object.ref);
    const place = numberIn(placeNumbers, where);
    if (place === places.length) places.push(where);
    wheres.push(places[place] ?? where);
    about += digits(numberIn(indexNumbers, known), Math.floor(place / BASE), place % BASE, isOurs(object) ? 1 : 0);
  }
  const indexes = [...indexNumbers.keys()];
  const told = indexes.map((index) => (isTold(index) ? '1' : '0')).join('');
  return { scriptKeys: [...scriptKeys, ...indexes], args: [told, about, ...places], indexes, wheres };
}

/** The indexes that digits of an answer mean. */
export function indexesOf(text: string, indexes: readonly string[]): readonly string[] {
  return Array.from(text, (digit) => indexes[digit.charCodeAt(0) - ZERO]).filter((index) => index !== undefined);
}

function digits(...values: readonly number[]): string {
  return String.fromCharCode(...values.map((value) => ZERO + value));
}

/** From 0, in the order of the first time. */
function numberIn(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

/** For the index: which collection an object belongs to. */
export function whereOf({ resource, namespace = '' }: ObjectRef): string {
  return `${resource.plural}.${resource.group}|${namespace}`;
}
