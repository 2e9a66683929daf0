import type { ObjectRef, ObjectView } from '@kopfts/core';
import type { KeyNames } from './key.js';

/** What the script that loads is given, but for who asks. */
export interface LoadRequest {
  readonly scriptKeys: readonly string[];
  readonly args: readonly string[];
}

/** Digits of the text about the objects: one says which bucket, two say which place. */
const BASE = 64;
const ZERO = 48;

/**
 * Few and short texts: at the start of an operator much of the time goes into sending them and taking them apart. What many objects share is
 * sent once. At most 4096 objects. Pure.
 */
export function loadRequest(
  objects: readonly ObjectView[],
  { keys, isOurs }: { readonly keys: KeyNames; readonly isOurs: (object: ObjectView) => boolean },
): LoadRequest {
  const scriptKeys: string[] = [];
  const indexes = new Map<string, number>();
  const places = new Map<string, number>();
  let about = '';
  for (const object of objects) {
    const { entry, known } = keys.of(object.ref.uid);
    scriptKeys.push(entry);
    const place = numberIn(places, whereOf(object.ref));
    about += digits(numberIn(indexes, known), Math.floor(place / BASE), place % BASE, isOurs(object) ? 1 : 0);
  }
  return { scriptKeys: [...scriptKeys, ...indexes.keys()], args: [about, ...places.keys()] };
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
