/** `touched`: the object was seen again, and has the same value as before. */
export type IndexChange = 'changed' | 'touched';

/** Hears of changes under one key, or under any. */
export type IndexListener = (change: IndexChange) => void;

/** Who listens to an index, by key. A key nobody listens to has no entry. */
export interface IndexListeners {
  /** `undefined`: to all keys. Until the returned function is called. */
  add(text: string | undefined, listener: IndexListener): () => void;
  /** `change` is asked for only if somebody hears it. */
  tell(text: string, change: () => IndexChange): void;
}

export function createIndexListeners(): IndexListeners {
  const byKey = new Map<string, Set<IndexListener>>();
  const ofAll = new Set<IndexListener>();
  return {
    add(text, listener) {
      if (text === undefined) {
        ofAll.add(listener);
        return () => ofAll.delete(listener);
      }
      const heard = byKey.get(text) ?? new Set();
      byKey.set(text, heard.add(listener));
      return () => {
        heard.delete(listener);
        if (heard.size === 0 && byKey.get(text) === heard) byKey.delete(text);
      };
    },
    tell(text, change) {
      const heard = byKey.get(text);
      if (heard === undefined && ofAll.size === 0) return;
      const what = change();
      for (const listener of [...(heard ?? []), ...ofAll]) listener(what);
    },
  };
}

/** Equal by value as far as lists and plain objects go; anything else is equal only to itself. */
export function isAlike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const prototype: unknown = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b) || ![Object.prototype, Array.prototype, null].includes(prototype as object | null))
    return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isAlike((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
