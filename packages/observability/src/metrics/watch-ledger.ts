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

export function createWatchLedger(): WatchLedger {
  const watches = new Map<string, Watch>();
  const watchOf = (of: CollectionRef, at: number): Watch => {
    const key = keyOf(of.resource, of.namespace);
    let watch = watches.get(key);
    if (watch === undefined) watches.set(key, (watch = { of, state: undefined, synced: false, aliveAt: at }));
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
      const watch = watches.get(keyOf(resource, undefined)) ?? watches.get(keyOf(resource, namespace));
      if (watch === undefined) return false;
      watch.aliveAt = at;
      return watch.synced;
    },
    released(of) {
      const key = keyOf(of.resource, of.namespace);
      const before = watches.get(key)?.state;
      watches.delete(key);
      return { before, after: undefined };
    },
    all: () => watches.values(),
  };
}

function keyOf({ group, version, plural }: CollectionRef['resource'], namespace: string | undefined): string {
  return `${group} ${version} ${plural} ${namespace ?? ''}`;
}
