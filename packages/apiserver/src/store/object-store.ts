// The store is what etcd is to kube-apiserver: collections of immutable objects, one version counter, a bounded history.
// It knows nothing of kinds, HTTP or time. Every change is a commit; listeners see commits in order, before the write returns.

import { Collection } from './collection.js';
import type { Commit, CommitListener } from './commit.js';
import type { JsonObject } from './json-value.js';
import type { StoreView } from './store-view.js';
import { StoredObject, keyOf } from './stored-object.js';

// So many of the latest objects keep their text.
const NEW_OBJECTS = 256;

/** All objects of one collection. */
export interface CollectionContent {
  readonly name: string;
  readonly objects: Iterable<StoredObject>;
}

export class ObjectStore implements StoreView {
  readonly #historyLimit: number;
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Set<CommitListener>();
  readonly #dropListeners = new Set<(name: string) => void>();
  readonly #undelivered: Commit[] = [];
  /** A ring of the latest objects; the oldest is at `version` modulo its length. */
  readonly #newest: (StoredObject | undefined)[] = new Array<StoredObject | undefined>(NEW_OBJECTS).fill(undefined);
  #isDelivering = false;
  #version = 0;

  constructor(options: { historyLimit: number }) {
    this.#historyLimit = options.historyLimit;
  }

  /** The version of the last commit. */
  get version(): number {
    return this.#version;
  }

  collection(name: string): Collection {
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = new Collection(name, { historyLimit: this.#historyLimit, since: this.#version });
      this.#collections.set(name, collection);
    }
    return collection;
  }

  collections(): readonly Collection[] {
    return [...this.#collections.values()];
  }

  /** Forgets a collection that is no longer served; its objects must be gone. */
  drop(name: string): void {
    this.#collections.delete(name);
    for (const listener of this.#dropListeners) listener(name);
  }

  onDrop(listener: (name: string) => void): () => void {
    this.#dropListeners.add(listener);
    return () => this.#dropListeners.delete(listener);
  }

  contents(): readonly CollectionContent[] {
    return this.collections().map((collection) => ({ name: collection.name, objects: collection.range('') }));
  }

  /** The version at which a collection began to exist. */
  beginningOf(name: string): number {
    return this.#collections.get(name)?.since ?? this.#version;
  }

  /** Replaces everything by other objects, at another version. Nobody is told, and no history leads there. */
  replace(version: number, contents: readonly CollectionContent[]): void {
    this.#collections.clear();
    this.#version = version;
    for (const { name, objects } of contents) {
      const collection = this.collection(name);
      collection.load(objects);
      for (const object of collection.range('')) object.forgetText();
    }
  }

  get(collection: string, namespace: string, name: string): StoredObject | undefined {
    return this.#collections.get(collection)?.get(keyOf(namespace, name));
  }

  /** @param writtenIn the form in which the object is stored. */
  create(collection: string, body: JsonObject, writtenIn = ''): StoredObject {
    const object = new StoredObject(body, this.#version + 1, writtenIn);
    const key = keyOf(object.namespace, object.name);
    this.#commit({ type: 'ADDED', collection, key, version: object.version, object });
    return object;
  }

  /** The version stays the one in which the object was written before. */
  update(collection: string, previous: StoredObject, body: JsonObject): StoredObject {
    return this.rewrite(collection, previous, { body, writtenIn: previous.writtenVersion });
  }

  /** Updates an object in the form of a version of its kind. */
  rewrite(collection: string, previous: StoredObject, { body, writtenIn }: { body: JsonObject; writtenIn: string }): StoredObject {
    const object = new StoredObject(body, this.#version + 1, writtenIn);
    const key = keyOf(previous.namespace, previous.name);
    this.#commit({ type: 'MODIFIED', collection, key, version: object.version, object, previous });
    return object;
  }

  remove(collection: string, previous: StoredObject): StoredObject {
    const object = previous.at(this.#version + 1);
    const key = keyOf(previous.namespace, previous.name);
    this.#commit({ type: 'DELETED', collection, key, version: object.version, object, previous });
    return object;
  }

  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the history up to a version: watches and exact lists from an older version get 410 Expired. */
  compact(through = this.#version): void {
    for (const collection of this.#collections.values()) collection.history.forget(Math.min(through, this.#version));
  }

  #commit(commit: Commit): void {
    this.collection(commit.collection).apply(commit);
    this.#version = commit.version;
    const slot = commit.version % NEW_OBJECTS;
    this.#newest[slot]?.forgetText();
    this.#newest[slot] = commit.object;
    this.#undelivered.push(commit);
    // A listener may write, too: everybody still sees the commits one by one in their order.
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let next = this.#undelivered.shift(); next !== undefined; next = this.#undelivered.shift()) {
        for (const listener of this.#listeners) listener(next);
      }
    } finally {
      this.#isDelivering = false;
    }
  }
}
