import { compareVersions, type Resource, type SeenObject, type ObjectBody, type WatchChange } from '@kopfts/core';
import { parsedObject } from './watch-line.js';

/** What is kept of an object that was delivered: enough to notice that it is gone. */
interface KnownObject {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly resourceVersion: string;
}

/**
 * The objects of a collection that the consumer knows, by uid. Deciding and remembering are two steps: what was decided
 * is delivered first and committed then, so that a break in between repeats instead of loses.
 */
export interface KnownObjects {
  /** A list begins; in a new epoch versions mean nothing any more, everything is delivered anew. */
  beginList(newEpoch: boolean): void;
  /** What an object of the list changes: nothing, or its arrival, possibly after the inferred end of its predecessor. */
  decideListed(object: SeenObject, listVersion: string): readonly WatchChange[];
  /** Objects that the list no longer has. */
  decideMissing(listVersion: string): readonly WatchChange[];
  /** What an event changes; older and repeated ones nothing. `streamVersion`: everything up to it was delivered. */
  decideEvent(type: 'added' | 'modified' | 'deleted', object: SeenObject, streamVersion: string): readonly WatchChange[];
  /** The change was delivered. Entries leave here: with the deletion of their object. */
  commit(change: WatchChange): void;
  readonly size: number;
}

/** An empty collection of objects of this kind. */
export function createKnownObjects(resource: Resource): KnownObjects {
  const byUid = new Map<string, KnownObject>();
  const uidByPlace = new Map<string, string>();
  let listed = new Set<string>();

  const inferDeletion = (uid: string, known: KnownObject, version: string): WatchChange => ({
    kind: 'change',
    type: 'deleted',
    object: goneObject(resource, { uid, name: known.name, namespace: known.namespace, resourceVersion: version }),
    inferred: true,
  });
  /** The object that had this name before, if nobody said that it is gone. */
  const predecessor = (object: SeenObject): readonly WatchChange[] => {
    const uid = uidByPlace.get(placeOf(object));
    const known = uid === undefined || uid === object.uid ? undefined : byUid.get(uid);
    return uid === undefined || known === undefined ? [] : [inferDeletion(uid, known, object.resourceVersion)];
  };
  const arrival = (type: WatchChange['type'], object: SeenObject): readonly WatchChange[] => [
    ...predecessor(object),
    { kind: 'change', type, object, inferred: false },
  ];

  return {
    beginList(newEpoch) {
      listed = new Set();
      if (newEpoch) for (const [uid, known] of byUid) byUid.set(uid, { ...known, resourceVersion: '' });
    },
    decideListed(object) {
      listed.add(object.uid);
      const known = byUid.get(object.uid);
      return known === undefined || isForward(object.resourceVersion, known.resourceVersion) ? arrival('listed', object) : [];
    },
    decideMissing(listVersion) {
      const missing = [...byUid].filter(([uid]) => !listed.has(uid));
      listed = new Set();
      return missing.map(([uid, known]) => inferDeletion(uid, known, listVersion));
    },
    decideEvent(type, object, streamVersion) {
      const known = byUid.get(object.uid);
      if (type === 'deleted') {
        // Some servers send the last version of the object, not that of its deletion.
        const stale = known === undefined || compareVersions(object.resourceVersion, known.resourceVersion) === -1;
        return stale ? [] : [{ kind: 'change', type, object, inferred: false }];
      }
      if (!isForward(object.resourceVersion, known?.resourceVersion ?? streamVersion)) return [];
      return arrival(type, object);
    },
    commit({ type, object }) {
      const place = placeOf(object);
      if (type !== 'deleted') {
        byUid.set(object.uid, { name: object.name, namespace: object.namespace, resourceVersion: object.resourceVersion });
        uidByPlace.set(place, object.uid);
        return;
      }
      byUid.delete(object.uid);
      if (uidByPlace.get(place) === object.uid) uidByPlace.delete(place);
    },
    get size() {
      return byUid.size;
    },
  };
}

/** Whether a version comes after another one; versions that cannot be ordered are forward when they differ. */
function isForward(candidate: string, known: string): boolean {
  if (known === '') return true;
  const order = compareVersions(candidate, known);
  return order === undefined || order === 1;
}

function placeOf(object: Pick<SeenObject, 'name' | 'namespace'>): string {
  return `${object.namespace ?? ''}/${object.name}`;
}

/** Of an object that nobody saw going, only the identity is left. */
function goneObject(resource: Resource, identity: Pick<SeenObject, 'uid' | 'name' | 'namespace' | 'resourceVersion'>): SeenObject {
  const { uid, name, namespace, resourceVersion } = identity;
  const body: ObjectBody = {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion },
  };
  return parsedObject({ uid, name, namespace, resourceVersion, deleting: false }, body);
}

/** `group/version`, or the version alone for the core API. */
export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
