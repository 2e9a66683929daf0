import type { Resource } from '@kopfts/core';
import type { GroupVersion } from './discovery-document.js';

/**
 * What discovery last said of each version of a group. The server cannot tell what an aggregated API serves while that is down, or only from
 * its own memory: that is no reason to give kinds up.
 */
export interface DiscoveryMemory {
  /** What there is, said by who knows it. */
  keep(of: GroupVersion, resources: readonly Resource[]): void;
  /** What there was; and that it is to be asked for again. */
  recall(of: GroupVersion): readonly Resource[];
  /** A new look at everything begins. */
  begin(): void;
  /** It is over: listeners hear whether something could not be told. */
  end(): void;
  /** Hears it now, and after each look. */
  listen(listener: (isIncomplete: boolean) => void): () => void;
}

/** Empty. Holds one entry for each version of a group that was ever seen. */
export function createDiscoveryMemory(): DiscoveryMemory {
  const known = new Map<string, readonly Resource[]>();
  const listeners = new Set<(isIncomplete: boolean) => void>();
  let recalled = 0;
  const tell = (listener: (isIncomplete: boolean) => void): void => listener(recalled > 0);
  return {
    keep({ group, version }, resources) {
      known.set(`${group}/${version}`, resources);
    },
    recall({ group, version }) {
      recalled += 1;
      return known.get(`${group}/${version}`) ?? [];
    },
    begin: () => {
      recalled = 0;
    },
    end: () => listeners.forEach(tell),
    listen(listener) {
      listeners.add(listener);
      tell(listener);
      return () => listeners.delete(listener);
    },
  };
}
