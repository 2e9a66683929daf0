// Values of labels have a bound: kinds and handlers that were declared, words that we know. What objects are called is no label.
import { resourceName, type HandlerId, type Resource } from '@kopfts/core';

export interface LabelValues {
  /** `kopfexamples.v1.kopf.dev` */
  kind(resource: Resource): string;
  /** One of those that were declared; a sub-handler counts as its parent, since its id may hold what it likes. */
  handler(id: HandlerId): string;
  /** The same for an id that came as text. */
  handlerNamed(id: string): string;
  /** The uid of a flow schema or a priority level; `none`: the server did not say. */
  room(uid: unknown): string;
  /** Makes ids known. */
  declared(ids: readonly HandlerId[]): void;
}

/** A cluster has about twenty of these; one whose answers go through something else may say anything. */
const MOST_ROOMS = 64;
const UID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createLabelValues(): LabelValues {
  const kinds = new WeakMap<Resource, string>();
  const known = new Set<string>();
  const rooms = new Set<string>();
  const handlerNamed = (id: string): string => {
    let shown = id;
    while (!known.has(shown)) {
      const end = shown.lastIndexOf('/');
      if (end < 0) return 'other';
      shown = shown.slice(0, end);
    }
    return shown;
  };
  return {
    kind(resource) {
      let name = kinds.get(resource);
      if (name === undefined) kinds.set(resource, (name = resourceName(resource)));
      return name;
    },
    handler: handlerNamed,
    handlerNamed,
    room(uid) {
      if (uid === undefined) return 'none';
      if (typeof uid !== 'string' || !UID.test(uid)) return 'other';
      if (rooms.size < MOST_ROOMS) rooms.add(uid);
      return rooms.has(uid) ? uid : 'other';
    },
    declared(ids) {
      for (const id of ids) known.add(id);
    },
  };
}

/** Why objects are written, as far as it is known. */
const WRITE_REASONS = new Set(['results', 'progress', 'finalizer', 'refresh']);

export function writeReason(why: string): string {
  return WRITE_REASONS.has(why) ? why : 'other';
}
