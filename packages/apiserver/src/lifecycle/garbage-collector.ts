// What the garbage collector of the controller manager does, at once instead of soon: dependents follow their owners, or are let go.

import { isDeleting, metaOf, withMeta } from '../meta/object-meta.js';
import type { Commit } from '../store/commit.js';
import { own, stringAt, stringsAt } from '../store/json-value.js';
import type { ObjectStore } from '../store/object-store.js';
import type { StoredObject } from '../store/stored-object.js';
import type { PropagationPolicy } from '../write/delete-options.js';
import type { Dependent } from './owner-index.js';
import { OwnerIndex, ownerReferencesOf } from './owner-index.js';

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

export interface CollectorParts {
  readonly store: ObjectStore;
  /** Deletes one object as a client would. */
  removeObject(collection: string, object: StoredObject, policy: PropagationPolicy | undefined): void;
}

/** Collects the dependents of deleted owners; `reset` is for a store whose content was replaced. */
export function collectGarbage(parts: CollectorParts): { reset(): void } {
  const collector = new GarbageCollector(parts);
  parts.store.onCommit((commit) => collector.follow(commit));
  return { reset: () => collector.reset() };
}

class GarbageCollector {
  readonly #parts: CollectorParts;
  readonly #index: OwnerIndex;
  readonly #waiting: Commit[] = [];
  #isWorking = false;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
    this.#index = new OwnerIndex(parts.store);
  }

  reset(): void {
    this.#index.reset();
  }

  /** What is done makes commits of its own: they wait for their turn, so that long chains of owners need no deep stack. */
  follow(commit: Commit): void {
    this.#index.follow(commit);
    if (commit.type !== 'DELETED' && !isDeleting(commit.object.body)) return;
    this.#waiting.push(commit);
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#handle(next);
    } finally {
      this.#isWorking = false;
    }
  }

  #handle({ type, collection, object }: Commit): void {
    if (type === 'DELETED') {
      for (const dependent of this.#index.dependentsOf(object)) this.#collect(dependent, undefined);
      // Its owners may have waited for it.
      for (const reference of ownerReferencesOf(object.body)) this.#finish(this.#index.find(stringAt(reference, 'uid')));
      return;
    }
    const owner = this.#index.find(object.uid);
    if (owner === undefined) return;
    const finalizers = stringsAt(metaOf(owner.object.body), 'finalizers');
    if (finalizers.includes(ORPHAN)) this.#letGo({ collection, object: owner.object });
    else if (finalizers.includes(FOREGROUND)) this.#deleteInForeground(owner);
  }

  /** The dependents of an orphaning owner lose their reference to it. */
  #letGo(owner: Dependent): void {
    for (const dependent of this.#index.dependentsOf(owner.object)) this.#forget(dependent, [owner.object.uid]);
    this.#release(owner, ORPHAN);
  }

  #deleteInForeground(owner: Dependent): void {
    for (const dependent of this.#index.dependentsOf(owner.object)) {
      if (isDeleting(dependent.object.body)) continue;
      const hasDependents = this.#index.dependentsOf(dependent.object).length > 0;
      this.#collect(dependent, hasDependents ? 'Foreground' : undefined);
    }
    this.#finish(this.#index.find(owner.object.uid));
  }

  /** An owner that is deleted in the foreground goes after the last dependent that blocks it. */
  #finish(owner: Dependent | undefined): void {
    if (owner === undefined || !isDeleting(owner.object.body)) return;
    if (!stringsAt(metaOf(owner.object.body), 'finalizers').includes(FOREGROUND)) return;
    const blocks = ({ object }: Dependent): boolean =>
      ownerReferencesOf(object.body).some(
        (reference) => stringAt(reference, 'uid') === owner.object.uid && own(reference, 'blockOwnerDeletion') === true,
      );
    if (!this.#index.dependentsOf(owner.object).some(blocks)) this.#release(owner, FOREGROUND);
  }

  /** Deletes a dependent, unless another owner of it stays: then it only forgets those that do not. */
  #collect(dependent: Dependent, policy: PropagationPolicy | undefined): void {
    const owners = ownerReferencesOf(dependent.object.body).map((reference) => stringAt(reference, 'uid'));
    const gone = owners.filter((uid) => !this.#stays(uid));
    if (gone.length < owners.length) this.#forget(dependent, gone);
    else if (!isDeleting(dependent.object.body)) this.#parts.removeObject(dependent.collection, dependent.object, policy);
  }

  #stays(uid: string): boolean {
    const body = this.#index.find(uid)?.object.body;
    return body !== undefined && !(isDeleting(body) && stringsAt(metaOf(body), 'finalizers').includes(FOREGROUND));
  }

  #forget({ collection, object }: Dependent, uids: readonly string[]): void {
    const kept = ownerReferencesOf(object.body).filter((reference) => !uids.includes(stringAt(reference, 'uid')));
    const body = withMeta(object.body, { ownerReferences: kept.length === 0 ? undefined : kept });
    this.#parts.store.update(collection, object, body);
  }

  /** Takes a finalizer off; the last one takes the object with it. */
  #release({ collection, object }: Dependent, finalizer: string): void {
    const kept = stringsAt(metaOf(object.body), 'finalizers').filter((one) => one !== finalizer);
    const grace = own(metaOf(object.body), 'deletionGracePeriodSeconds') ?? 0;
    const updated = withMeta(object.body, { finalizers: kept.length === 0 ? undefined : kept });
    if (kept.length > 0 || grace !== 0) this.#parts.store.update(collection, object, updated);
    else this.#parts.store.remove(collection, object);
  }
}
