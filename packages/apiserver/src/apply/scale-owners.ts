// Ownership on the `scale` endpoint: the owners of the replicas of an object, shown as owners of `spec.replicas` of its Scale, and back.
// What the real server loses on this way (times, and the name of an owner whose entry is split) is lost here, too.

import type { JsonArray } from '../store/json-value.js';
import type { FieldSet } from './field-set.js';
import { difference, intersection, isEmptySet, setOf } from './field-set.js';
import type { Owner, Owners } from './owners.js';
import { NO_OWNERS, identityOf, readOwners, writeOwners } from './owners.js';

const SCALE_VERSION = 'autoscaling/v1';
const REPLICAS_OF_SCALE = setOf(['spec.replicas']);

/** Where the replicas are in a version of the object; `''` where it has none, undefined where the version is unknown. */
export type ReplicasPath = (apiVersion: string) => string | undefined;

export interface ScaleOwnersOptions {
  /** The version of the endpoint. */
  readonly apiVersion: string;
  readonly pathIn: ReplicasPath;
}

/** The owners of the replicas, as entries of a Scale. */
export function ownersOfScale(entries: JsonArray | undefined, { pathIn }: ScaleOwnersOptions): JsonArray | undefined {
  const shown = new Map<string, Owner>();
  for (const owner of ownersOf(entries).values()) {
    if (!owns(owner, pathIn)) continue;
    const { entry: _entry, ...rest } = owner;
    const ofScale = { ...rest, apiVersion: SCALE_VERSION, fields: REPLICAS_OF_SCALE };
    shown.set(identityOf(ofScale), ofScale);
  }
  return shown.size === 0 ? undefined : writeOwners(shown).entries;
}

/** The entries of the object after a write to its Scale left these. */
export function ownersAfterScale(
  entries: JsonArray | undefined,
  ofScale: JsonArray | undefined,
  { apiVersion, pathIn }: ScaleOwnersOptions,
): JsonArray | undefined {
  const left = new Map(ownersOf(ofScale));
  const after = new Map<string, Owner>();
  for (const [id, owner] of ownersOf(entries)) {
    if (pathIn(owner.apiVersion) === undefined) continue;
    const isStolen = owns(owner, pathIn) && !left.delete(id);
    const kept = isStolen ? withoutReplicas(owner, pathIn) : owner;
    if (kept !== undefined) after.set(`object ${id}`, kept);
  }
  // An owner that is new here has no time; it may be called like one that is there already.
  for (const [id, owner] of left) {
    if (isEmptySet(intersection(owner.fields, REPLICAS_OF_SCALE))) continue;
    const { entry: _entry, ...rest } = owner;
    after.set(`scale ${id}`, { ...rest, apiVersion, time: undefined, fields: replicasAt(pathIn(apiVersion) ?? '') });
  }
  return after.size === 0 ? undefined : writeOwners(after).entries;
}

function ownersOf(entries: JsonArray | undefined): Owners {
  return (entries === undefined ? undefined : readOwners(entries)) ?? NO_OWNERS;
}

function replicasAt(path: string): FieldSet {
  return setOf([path.replace(/^\./, '')]);
}

function owns(owner: Owner, pathIn: ReplicasPath): boolean {
  const path = pathIn(owner.apiVersion) ?? '';
  return path !== '' && !isEmptySet(intersection(owner.fields, replicasAt(path)));
}

function withoutReplicas(owner: Owner, pathIn: ReplicasPath): Owner | undefined {
  const fields = difference(owner.fields, replicasAt(pathIn(owner.apiVersion) ?? ''));
  const { entry: _entry, ...rest } = owner;
  return isEmptySet(fields) ? undefined : { ...rest, fields };
}
