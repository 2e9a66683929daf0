import { metaOf } from '../meta/object-meta.js';
import type { Commit } from '../store/commit.js';
import type { JsonObject } from '../store/json-value.js';
import { arrayAt, isObject, stringAt } from '../store/json-value.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StoredObject } from '../store/stored-object.js';

/** An object that others own. */
export interface Dependent {
  readonly collection: string;
  readonly object: StoredObject;
}

export function ownerReferencesOf(body: JsonObject): readonly JsonObject[] {
  return arrayAt(metaOf(body), 'ownerReferences').filter(isObject);
}

/** Who is there, and who depends on whom, by uid. Follows the commits once it was asked. */
export class OwnerIndex {
  readonly #store: ObjectStore;
  #byUid: Map<string, Dependent> | undefined;
  /** The uids of the dependents of each owner, in the order in which they came. */
  readonly #owned = new Map<string, Set<string>>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Takes note of a commit. */
  follow({ type, collection, object, previous }: Commit): void {
    if (this.#byUid === undefined) return;
    if (previous !== undefined) this.#drop(previous);
    if (type !== 'DELETED') this.#note({ collection, object });
  }

  /** The content of the store was replaced. */
  reset(): void {
    this.#byUid = undefined;
    this.#owned.clear();
  }

  find(uid: string): Dependent | undefined {
    return this.#objects().get(uid);
  }

  /** Owners in a namespace have dependents only there. */
  dependentsOf(owner: StoredObject): readonly Dependent[] {
    const objects = this.#objects();
    return [...(this.#owned.get(owner.uid) ?? [])].flatMap((uid) => {
      const found = objects.get(uid);
      return found === undefined || (owner.namespace !== '' && found.object.namespace !== owner.namespace) ? [] : [found];
    });
  }

  #objects(): ReadonlyMap<string, Dependent> {
    if (this.#byUid === undefined) {
      this.#byUid = new Map();
      for (const collection of this.#store.collections())
        for (const object of collection.range('')) this.#note({ collection: collection.name, object });
    }
    return this.#byUid;
  }

  #note(dependent: Dependent): void {
    const { uid, body } = dependent.object;
    this.#byUid?.set(uid, dependent);
    for (const reference of ownerReferencesOf(body)) {
      const owner = stringAt(reference, 'uid');
      const owned = this.#owned.get(owner) ?? new Set<string>();
      this.#owned.set(owner, owned.add(uid));
    }
  }

  #drop({ uid, body }: StoredObject): void {
    this.#byUid?.delete(uid);
    for (const reference of ownerReferencesOf(body)) {
      const owner = stringAt(reference, 'uid');
      const owned = this.#owned.get(owner);
      owned?.delete(uid);
      if (owned?.size === 0) this.#owned.delete(owner);
    }
  }
}
