import type { ObjectUid, ResourceVersion } from '../../model/ids.js';
import type { Resource } from '../../model/resource.js';

/** Objects of one watch, by uid. */
export type KnownObjects = ReadonlyMap<ObjectUid, { readonly version: ResourceVersion | undefined }>;

/** What all watches of an operator know, whatever they watch for. */
export interface WatchedObjects {
  /** A watch begins; until the returned function is called. */
  add(resource: Resource, objects: KnownObjects): () => void;
  /** The newest version that was seen of an object; `undefined`: it is not known, does not exist any more, or nobody watches its kind. */
  versionOf(resource: Resource, uid: ObjectUid): ResourceVersion | undefined;
}

/** Empty. An entry stays as long as its watch. */
export function createWatchedObjects(): WatchedObjects {
  const watches = new Map<string, Set<KnownObjects>>();
  return {
    add(resource, objects) {
      const key = keyOf(resource);
      const ofKind = watches.get(key) ?? new Set();
      watches.set(key, ofKind.add(objects));
      return () => {
        ofKind.delete(objects);
        if (ofKind.size === 0 && watches.get(key) === ofKind) watches.delete(key);
      };
    },
    versionOf(resource, uid) {
      for (const objects of watches.get(keyOf(resource)) ?? []) {
        const known = objects.get(uid);
        if (known !== undefined) return known.version;
      }
      return undefined;
    },
  };
}

/** Whatever version serves them: the objects are the same. */
function keyOf({ group, plural }: Resource): string {
  return `${plural}.${group}`;
}
