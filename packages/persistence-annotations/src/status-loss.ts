import type { ObjectUid, ObjectView, Resource } from '@kopfts/core';

/** How many objects and kinds are remembered; of the others a loss is noticed later, or reported twice. */
const REMEMBERED = 1000;

/**
 * Notices that what was written to the status did not stay there. A schema that does not keep unknown fields makes the cluster drop
 * them without a word (ST-29): handlers would be called again and again, and nobody would know why. Changes no plan.
 */
export interface LossWatch {
  /** What is planned for an object puts something there, or takes away what is there. */
  planned(uid: ObjectUid, puts: boolean): void;
  /** The object as it is at the next pass. */
  seen(object: ObjectView, isThere: boolean): void;
}

/** `report` is called once for each kind. */
export function createLossWatch(report: (object: ObjectView) => void): LossWatch {
  const expected = new Set<ObjectUid>();
  const reported = new Set<string>();
  return {
    planned(uid, puts) {
      expected.delete(uid);
      if (puts) remember(expected, uid);
    },
    seen(object, isThere) {
      const { uid, resource } = object.ref;
      if (!expected.delete(uid) || isThere || reported.has(nameOf(resource))) return;
      remember(reported, nameOf(resource));
      report(object);
    },
  };
}

function nameOf({ group, plural }: Resource): string {
  return `${plural}.${group}`;
}

function remember(set: Set<string>, value: string): void {
  const [oldest] = set;
  if (set.size >= REMEMBERED && oldest !== undefined) set.delete(oldest);
  set.add(value);
}
