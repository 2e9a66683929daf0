import { compareVersions, type Resource, type SeenObject, type ObjectBody, type WatchChange } from '@kopfts/core';
import { parsedObject } from './watch-line.js';

/** What is kept of an object that was delivered: enough to notice that it is gone. */
interface KnownObject {
  readonly name: string;
  readonly namespace: string | undefined;
  resourceVersion: string;
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
  // Of each known object its place: who comes to a place later ends whoever was there. So only who is new has to ask.
  const uidByPlace = new Map<string, string>();
  let listed = new Set<string>();

  const inferDeletion = (uid: string, known: KnownObject, version: string): WatchChange => ({
    kind: 'change',
    type: 'deleted',
    object: goneObject(resource, { uid, name: known.name, namespace: known.namespace, resourceVersion: version }),
    inferred: true,
  });
  /** The object that had this name before, if nobody said that it is gone. */
  const predecessor = (object: SeenObject): WatchChange | undefined => {
    const uid = uidByPlace.get(placeOf(object));
    const known = uid === undefined || uid === object.uid ? undefined : byUid.get(uid);
    return uid === undefined || known === undefined ? undefined : inferDeletion(uid, known, object.resourceVersion);
  };
  const arrival = (type: WatchChange['type'], object: SeenObject, isNew: boolean): readonly WatchChange[] => {
    const change: WatchChange = { kind: 'change', type, object, inferred: false };
    const before = isNew ? predecessor(object) : undefined;
    return before === undefined ? [change] : [before, change];
  };

  return {
    beginList(newEpoch) {
      listed = new Set();
      if (newEpoch) for (const known of byUid.values()) known.resourceVersion = '';
    },
    decideListed(object) {
      listed.add(object.uid);
      const known = byUid.get(object.uid);
      if (known === undefined) return arrival('listed', object, true);
      return isForward(object.resourceVersion, known.resourceVersion) ? arrival('listed', object, false) : NOTHING;
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
        return stale ? NOTHING : [{ kind: 'change', type, object, inferred: false }];
      }
      if (!isForward(object.resourceVersion, known?.resourceVersion ?? streamVersion)) return NOTHING;
      return arrival(type, object, known === undefined);
    },
    commit: (change) => remember({ byUid, uidByPlace }, change),
    get size() {
      return byUid.size;
    },
  };
}

const NOTHING: readonly WatchChange[] = [];

interface Remembered {
  readonly byUid: Map<string, KnownObject>;
  readonly uidByPlace: Map<string, string>;
}

function remember({ byUid, uidByPlace }: Remembered, { type, object }: WatchChange): void {
  const { uid, name, namespace, resourceVersion } = object;
  if (type === 'deleted') {
    byUid.delete(uid);
    const place = placeOf(object);
    if (uidByPlace.get(place) === uid) uidByPlace.delete(place);
    return;
  }
  const known = byUid.get(uid);
  if (known !== undefined) {
    known.resourceVersion = resourceVersion;
    return;
  }
  byUid.set(uid, { name, namespace, resourceVersion });
  uidByPlace.set(placeOf(object), uid);
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
