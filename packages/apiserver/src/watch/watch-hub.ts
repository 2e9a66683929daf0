// Hands every commit to the watches of its collection, in order and at once.

import type { Commit } from '../store/commit.js';
import type { StoreView } from '../store/store-view.js';

/** A running watch, as the hub sees it. */
export interface Watcher {
  deliver(commit: Commit): void;
  end(): void;
}

export class WatchHub {
  readonly #watchers = new Map<string, Set<Watcher>>();

  constructor(view: StoreView) {
    view.onCommit((commit) => {
      for (const watcher of this.#watchers.get(commit.collection) ?? []) watcher.deliver(commit);
    });
  }

  add(collection: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(collection) ?? new Set();
    this.#watchers.set(collection, watchers.add(watcher));
  }

  remove(collection: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(collection);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(collection);
  }

  endCollection(collection: string): void {
    for (const watcher of [...(this.#watchers.get(collection) ?? [])]) watcher.end();
  }

  endAll(): void {
    for (const collection of [...this.#watchers.keys()]) this.endCollection(collection);
  }
}
