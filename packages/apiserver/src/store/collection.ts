import type { Commit } from './commit.js';
import { History } from './history.js';
import { SortedKeys } from './sorted-keys.js';
import type { StoredObject } from './stored-object.js';
import { keyOf } from './stored-object.js';

/** The objects of one kind, in key order, with the recent commits that lead to older states of it. */
export class Collection {
  readonly name: string;
  /** The version at which it began. */
  readonly since: number;
  readonly history: History;
  readonly #objects = new Map<string, StoredObject>();
  readonly #keys = new SortedKeys();

  constructor(name: string, options: { historyLimit: number; since: number }) {
    this.name = name;
    this.since = options.since;
    this.history = new History(options.historyLimit, options.since);
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  get size(): number {
    return this.#objects.size;
  }

  apply(commit: Commit): void {
    if (commit.type === 'DELETED') {
      this.#objects.delete(commit.key);
      this.#keys.remove(commit.key);
    } else {
      this.#objects.set(commit.key, commit.object);
      if (commit.type === 'ADDED') this.#keys.add(commit.key);
    }
    this.history.append(commit);
  }

  /** Fills an empty collection with objects that were committed elsewhere. */
  load(objects: Iterable<StoredObject>): void {
    for (const object of objects) {
      const key = keyOf(object.namespace, object.name);
      this.#objects.set(key, object);
      this.#keys.add(key);
    }
  }

  /** Objects whose key starts with `prefix`, from key `start` on. */
  *range(prefix: string, start = prefix): Generator<StoredObject> {
    for (const key of this.#keys.range(prefix, start)) {
      const object = this.#objects.get(key);
      if (object !== undefined) yield object;
    }
  }

  count(prefix: string, start = prefix): number {
    return this.#keys.count(prefix, start);
  }

  /** The objects as they were at an older version, by undoing the commits since; undefined when these are forgotten. */
  snapshotAt(version: number, prefix: string): readonly StoredObject[] | undefined {
    const later = this.history.since(version);
    if (later === undefined) return undefined;
    const changed = new Map<string, StoredObject | undefined>();
    for (const commit of later) {
      if (!changed.has(commit.key) && commit.key.startsWith(prefix)) changed.set(commit.key, commit.previous);
    }
    if (changed.size === 0) return [...this.range(prefix)];
    const kept = [...this.range(prefix)].filter((object) => !changed.has(keyIn(object)));
    const restored = [...changed.values()].filter((object) => object !== undefined);
    return [...kept, ...restored].sort((a, b) => (keyIn(a) < keyIn(b) ? -1 : 1));
  }
}

function keyIn(object: StoredObject): string {
  return keyOf(object.namespace, object.name);
}
