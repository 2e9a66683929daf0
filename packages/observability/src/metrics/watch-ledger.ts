// The watches: their states, and when each gave its last sign of life.
import type { CollectionRef, ObjectRef, WatchHealth } from '@kopfts/core';

export interface StateChange {
  readonly before: WatchHealth | undefined;
  readonly after: WatchHealth | undefined;
}

export interface WatchLedger {
  health(of: CollectionRef, state: WatchHealth, at: number): StateChange;
  synced(of: CollectionRef, at: number): void;
  alive(of: CollectionRef, at: number): void;
  /** An object was heard of. True: its collection was listed before, so what a list finds now was missed. */
  heard(object: ObjectRef, at: number): boolean;
  released(of: CollectionRef): StateChange;
  /** The watches that there are. */
  all(): Iterable<Readonly<Watch>>;
}

export interface Watch {
  readonly of: CollectionRef;
  state: WatchHealth | undefined;
  synced: boolean;
  aliveAt: number;
}

/** `kindOf` tells resources from each other. */
export function createWatchLedger(kindOf: (resource: CollectionRef['resource']) => string): WatchLedger {
  // Of each kind, by namespace; `''`: all of them.
  const kinds = new Map<string, Map<string, Watch>>();
  const watchOf = (of: CollectionRef, at: number): Watch => {
    const kind = kindOf(of.resource);
    let watches = kinds.get(kind);
    if (watches === undefined) kinds.set(kind, (watches = new Map<string, Watch>()));
    const namespace = of.namespace ?? '';
    let watch = watches.get(namespace);
    if (watch === undefined) watches.set(namespace, (watch = { of, state: undefined, synced: false, aliveAt: at }));
    return watch;
  };
  return {
    health(of, state, at) {
      const watch = watchOf(of, at);
      const before = watch.state;
      watch.state = state;
      if (state === 'live') watch.aliveAt = at;
      return { before, after: state };
    },
    synced(of, at) {
      Object.assign(watchOf(of, at), { synced: true, aliveAt: at });
    },
    alive(of, at) {
      watchOf(of, at).aliveAt = at;
    },
    heard({ resource, namespace }, at) {
      const watches = kinds.get(kindOf(resource));
      const watch = watches?.get('') ?? watches?.get(namespace ?? '');
      if (watch === undefined) return false;
      watch.aliveAt = at;
      return watch.synced;
    },
    released(of) {
      const kind = kindOf(of.resource);
      const watches = kinds.get(kind);
      const before = watches?.get(of.namespace ?? '')?.state;
      watches?.delete(of.namespace ?? '');
      if (watches?.size === 0) kinds.delete(kind);
      return { before, after: undefined };
    },
    all: () => [...kinds.values()].flatMap((watches) => [...watches.values()]),
  };
}
