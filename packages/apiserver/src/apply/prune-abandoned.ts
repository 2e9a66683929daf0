// What an applier applied last time and does not apply any more goes, unless somebody else owns it.

import type { JsonObject } from '../store/json-value.js';
import type { FieldSet } from './field-set.js';
import { NOTHING, difference, intersection, union } from './field-set.js';
import { fieldSetOf } from './field-set-of.js';
import type { FieldType } from './field-type.js';
import type { Owner, Owners } from './owners.js';
import { removeFields, withNamedFields } from './remove-fields.js';

export interface Pruning {
  /** The applier as it was. */
  readonly before: Owner;
  /** All owners, with the new claim of the applier. */
  readonly claims: Owners;
  /** The type of the object in a version that has the same fields; undefined when there is no such version. */
  readonly typeIn: (apiVersion: string) => FieldType | undefined;
}

export function pruneAbandoned(merged: JsonObject, { before, claims, typeIn }: Pruning): JsonObject {
  const type = typeIn(before.apiVersion);
  // A claim of a version that is gone tells nothing about this object.
  if (type === undefined) return merged;
  const last = withNamedFields(before.fields, type);
  // The version of the last claim goes first: only there its fields are certain to have a form.
  const versions = new Set([before.apiVersion, ...[...claims.values()].map((owner) => owner.apiVersion)]);
  let pruned = removeFields(merged, last, type);
  for (const version of versions) {
    const versionType = typeIn(version);
    if (versionType !== undefined) pruned = keepOwned(merged, { pruned, owned: ownedIn(version, claims), type: versionType });
  }
  // Only what the applier itself had may go: what nobody owns stays.
  const [all, left] = [membersOf(merged, type), membersOf(pruned, type)];
  return removeFields(merged, intersection(difference(all, left), last), type);
}

function membersOf(object: JsonObject, type: FieldType): FieldSet {
  return withNamedFields(fieldSetOf(object, type), type);
}

function ownedIn(apiVersion: string, owners: Owners): FieldSet {
  return [...owners.values()].reduce((set, owner) => (owner.apiVersion === apiVersion ? union(set, owner.fields) : set), NOTHING);
}

function keepOwned(merged: JsonObject, { pruned, owned, type }: { pruned: JsonObject; owned: FieldSet; type: FieldType }): JsonObject {
  const kept = union(membersOf(pruned, type), withNamedFields(owned, type));
  return removeFields(merged, difference(membersOf(merged, type), kept), type);
}
