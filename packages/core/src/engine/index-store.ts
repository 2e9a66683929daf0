// The content of one index: values by key and object. Looking up is O(1); changing one object costs as much as it has keys.
import type { IndexKey, ObjectIndex } from '../model/object-index.js';
import type { ObjectUid } from '../model/ids.js';
import { createIndexListeners, isAlike, type IndexListener } from './index-listeners.js';

/** To listen to all of an index. */
export const ANY_KEY: unique symbol = Symbol('any key');

export interface IndexStore {
  readonly view: ObjectIndex;
  /** Takes what the index function returned for an object: it replaces all of the object's values; nothing returned leaves them (spec I-05..I-08). */
  replace(object: ObjectUid, result: unknown): void;
  /** The object has no values any more. */
  discard(object: ObjectUid): void;
  /** Calls after each change of what is under the key, or under any. Until the returned function is called. */
  listen(key: IndexKey | typeof ANY_KEY, listener: IndexListener): () => void;
  /** How many keys there are, and how many objects have values. */
  count(): { readonly keys: number; readonly objects: number };
}

interface Entry {
  readonly key: IndexKey;
  readonly values: Map<ObjectUid, unknown>;
  /** What readers got, until something changes. */
  snapshot: readonly unknown[] | undefined;
}

const NONE: readonly unknown[] = Object.freeze([]);

export function createIndexStore(): IndexStore {
  const entries = new Map<string, Entry>();
  const keysOf = new Map<ObjectUid, ReadonlySet<string>>();

  const listeners = createIndexListeners();
  const drop = (object: ObjectUid, text: string): void => {
    const entry = entries.get(text);
    if (!entry?.values.delete(object)) return;
    entry.snapshot = undefined;
    // A key without values does not exist (spec I-03).
    if (entry.values.size === 0) entries.delete(text);
    listeners.tell(text, () => 'changed');
  };
  const put = (object: ObjectUid, { text, key, value }: Pair): void => {
    const entry: Entry = entries.get(text) ?? { key, values: new Map(), snapshot: undefined };
    entries.set(text, entry);
    const isNew = !entry.values.has(object);
    const before = entry.values.get(object);
    entry.values.set(object, value);
    entry.snapshot = undefined;
    listeners.tell(text, () => (!isNew && isAlike(before, value) ? 'touched' : 'changed'));
  };
  return {
    view: viewOf(entries),
    replace(object, result) {
      if (result === undefined || result === null) return;
      const pairs = pairsOf(result);
      const fresh = new Set(pairs.map(({ text }) => text));
      for (const text of keysOf.get(object) ?? []) if (!fresh.has(text)) drop(object, text);
      for (const pair of pairs) put(object, pair);
      if (fresh.size === 0) keysOf.delete(object);
      else keysOf.set(object, fresh);
    },
    discard(object) {
      for (const text of keysOf.get(object) ?? []) drop(object, text);
      keysOf.delete(object);
    },
    listen: (key, listener) => listeners.add(key === ANY_KEY ? undefined : keyText(key), listener),
    count: () => ({ keys: entries.size, objects: keysOf.size }),
  };
}

interface Pair {
  /** Equal for equal keys. */
  readonly text: string;
  readonly key: IndexKey;
  readonly value: unknown;
}

/** A mapping gives its pairs; anything else is one value under null (spec I-05, I-06). */
function pairsOf(result: unknown): readonly Pair[] {
  const pairs = isMap(result) ? [...result] : isPlainObject(result) ? Object.entries(result) : [[null, result] as const];
  return pairs.map(([key, value]) => ({ text: keyText(key as IndexKey), key: key as IndexKey, value }));
}

function keyText(key: IndexKey): string {
  return typeof key === 'string' ? key : `\u0000${JSON.stringify(key)}`;
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === '[object Map]';
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function viewOf(entries: ReadonlyMap<string, Entry>): ObjectIndex {
  const read = (entry: Entry): readonly unknown[] => (entry.snapshot ??= Object.freeze([...entry.values.values()]));
  const all = (): readonly (readonly [IndexKey, readonly unknown[]])[] =>
    [...entries.values()].map((entry) => [entry.key, read(entry)] as const);
  return Object.freeze({
    get: (key: IndexKey) => {
      const entry = entries.get(keyText(key));
      return entry === undefined ? NONE : read(entry);
    },
    has: (key: IndexKey) => entries.has(keyText(key)),
    get size() {
      return entries.size;
    },
    keys: () => [...entries.values()].map(({ key }) => key),
    entries: all,
    [Symbol.iterator]: () => all()[Symbol.iterator](),
  });
}
