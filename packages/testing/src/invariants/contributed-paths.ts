import { isJsonObject, type Json } from '@kopfts/core';
import { patchLeaves } from './json-path.js';

/** The places that somebody has a say in. */
export interface ContributedPaths {
  /** Adds the places of a merge patch. */
  add(patch: Json): void;
  /** Whether a change at this place, with this value after it, is covered. */
  covers(path: readonly string[], after: Json | undefined): boolean;
}

interface Place {
  whole: boolean;
  readonly inside: Map<string, Place>;
}

/** Begins without any. */
export function createContributedPaths(): ContributedPaths {
  const root: Place = { whole: false, inside: new Map() };
  return {
    add: (patch) => {
      for (const { path } of patchLeaves(patch)) {
        let place = root;
        for (const key of path) place = inner(place, key);
        place.whole = true;
      }
    },
    covers: (path, after) => {
      let place: Place | undefined = root;
      for (const key of path) {
        place = place.inside.get(key);
        if (place === undefined) return false;
        if (place.whole) return true;
      }
      // Something inside was contributed: what was no mapping became one for it.
      return isJsonObject(after);
    },
  };
}

function inner(place: Place, key: string): Place {
  const known = place.inside.get(key);
  if (known !== undefined) return known;
  const made: Place = { whole: false, inside: new Map() };
  place.inside.set(key, made);
  return made;
}
