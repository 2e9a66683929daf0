/** Names of keys. Pure. What belongs to one object shares a hash tag, so that a Cluster keeps it on one node. */

/** Never to be changed: it decides where everything is. */
const BUCKETS = 64;

export interface ObjectKeys {
  readonly entry: string;
  /** Which objects of the bucket have an entry: a hash of uids, and where each object is. */
  readonly known: string;
}

export function keysOf(prefix: string, uid: string): ObjectKeys {
  const bucket = bucketOf(uid);
  return { entry: `${tagged(prefix, bucket)}:${uid}`, known: knownKey(prefix, bucket) };
}

/** The indexes of all buckets. */
export function knownKeys(prefix: string): readonly string[] {
  return Array.from({ length: BUCKETS }, (_, bucket) => knownKey(prefix, bucket));
}

/** FNV-1a. */
export function bucketOf(uid: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < uid.length; index += 1) hash = Math.imul(hash ^ uid.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % BUCKETS;
}

function knownKey(prefix: string, bucket: number): string {
  return `${tagged(prefix, bucket)}/known`;
}

function tagged(prefix: string, bucket: number): string {
  return `${prefix}:{${prefix}:${String(bucket)}}`;
}
