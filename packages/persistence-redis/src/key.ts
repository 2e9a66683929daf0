/** Names of keys. Pure. What belongs to one object shares a hash tag, so that a Cluster keeps it on one node. */

/** Never to be changed: it decides where everything is. */
const BUCKETS = 64;

export interface ObjectKeys {
  readonly entry: string;
  /** Which objects of the bucket have an entry: a hash of uids, and where each object is. */
  readonly known: string;
}

/** The keys of one operator's memory. */
export interface KeyNames {
  of(uid: string): ObjectKeys;
  /** The indexes of all buckets. */
  readonly known: readonly string[];
}

export function createKeyNames(prefix: string): KeyNames {
  const tags = Array.from({ length: BUCKETS }, (_, bucket) => `${prefix}:{${prefix}:${String(bucket)}}`);
  const known = tags.map((tag) => `${tag}/known`);
  const starts = tags.map((tag) => `${tag}:`);
  return {
    known,
    of(uid) {
      const bucket = bucketOf(uid);
      return { entry: `${starts[bucket] ?? ''}${uid}`, known: known[bucket] ?? '' };
    },
  };
}

/** FNV-1a. */
export function bucketOf(uid: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < uid.length; index += 1) hash = Math.imul(hash ^ uid.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % BUCKETS;
}
