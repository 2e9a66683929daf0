// What one more front end has seen of the store: the watch cache of a kube-apiserver, which follows etcd and may fall behind.

import { Collection } from './collection.js';
import type { Commit, CommitListener } from './commit.js';
import type { ObjectStore } from './object-store.js';
import type { StoreView } from './store-view.js';

/** Something that happened to the store, in its order: a commit, or the end of a collection. */
type Step = { readonly version: number } & ({ readonly commit: Commit } | { readonly dropped: string });

/**
 * Follows a store at a distance. It never goes back: told to lag by three, it stands still until the store is three versions ahead.
 */
export class ReplicaView implements StoreView {
  readonly #store: ObjectStore;
  readonly #historyLimit: number;
  readonly #stopFollowing: () => void;
  readonly #listeners = new Set<CommitListener>();
  readonly #dropListeners = new Set<(name: string) => void>();
  #collections = new Map<string, Collection>();
  #waiting: Step[] = [];
  #version = 0;
  #lag = 0;
  #isFrozen = false;
  #isShowing = false;

  constructor(store: ObjectStore, options: { historyLimit: number }) {
    this.#store = store;
    this.#historyLimit = options.historyLimit;
    this.reset();
    const follow = (step: Step): void => {
      this.#waiting.push(step);
      this.#show();
    };
    const stops = [
      store.onCommit((commit) => follow({ version: commit.version, commit })),
      store.onDrop((dropped) => follow({ version: store.version, dropped })),
    ];
    this.#stopFollowing = () => stops.forEach((stop) => stop());
  }

  get version(): number {
    return this.#version;
  }

  get lag(): number {
    return this.#lag;
  }

  set lag(revisions: number) {
    this.#lag = revisions;
    this.#show();
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  set isFrozen(isFrozen: boolean) {
    this.#isFrozen = isFrozen;
    this.#show();
  }

  collection(name: string): Collection {
    let collection = this.#collections.get(name);
    if (collection === undefined) {
      collection = new Collection(name, { historyLimit: this.#historyLimit, since: this.#beginningOf(name) });
      this.#collections.set(name, collection);
    }
    return collection;
  }

  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` when the end of a collection becomes visible here. */
  onDrop(listener: (name: string) => void): void {
    this.#dropListeners.add(listener);
  }

  compact(through = this.#version): void {
    for (const collection of this.#collections.values()) collection.history.forget(Math.min(through, this.#version));
  }

  /** Starts over at what the store has now, without a history: as after a restart, or when the store itself was replaced. */
  reset(): void {
    this.#waiting = [];
    this.#version = this.#store.version;
    this.#collections = new Map();
    for (const { name, objects } of this.#store.contents()) {
      const collection = new Collection(name, { historyLimit: this.#historyLimit, since: this.#version });
      collection.load(objects);
      this.#collections.set(name, collection);
    }
  }

  stop(): void {
    this.#stopFollowing();
    this.#listeners.clear();
  }

  /** A collection that appeared after this view began is known here from its first version on. */
  #beginningOf(name: string): number {
    return Math.min(this.#store.beginningOf(name), this.#version);
  }

  #show(): void {
    // A listener may thaw or slow the view, and may write: the steps still come one by one.
    if (this.#isShowing) return;
    this.#isShowing = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined && this.#isVisible(next); next = this.#waiting[0]) {
        this.#waiting.shift();
        this.#take(next);
      }
    } finally {
      this.#isShowing = false;
    }
  }

  #isVisible(step: Step): boolean {
    return !this.#isFrozen && step.version <= this.#store.version - this.#lag;
  }

  #take(step: Step): void {
    if ('dropped' in step) {
      this.#collections.delete(step.dropped);
      for (const listener of this.#dropListeners) listener(step.dropped);
      return;
    }
    const { commit } = step;
    this.collection(commit.collection).apply(commit);
    this.#version = commit.version;
    for (const listener of this.#listeners) listener(commit);
  }
}
