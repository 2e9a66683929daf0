// How ownership moves when an object changes: whoever changes a field owns it, everybody else loses it; removed fields have no owner.

import type { JsonObject } from '../store/json-value.js';
import type { Comparison } from './compare.js';
import { compare } from './compare.js';
import type { FieldSet } from './field-set.js';
import { difference, equalSets, intersection, isEmptySet, union, without } from './field-set.js';
import type { FieldType } from './field-type.js';
import type { Owner, Owners } from './owners.js';
import { reconcileWithType } from './reconcile-schema.js';

/** The object has no form in a version that one of its owners speaks. */
export class NoSuchFormError extends Error {
  override readonly name = 'NoSuchFormError';
}

/** An object in one of the versions that its owners speak. */
export interface VersionView {
  readonly type: FieldType;
  readonly live: JsonObject;
  readonly next: JsonObject;
  /** Fields that this endpoint does not let anybody change. */
  readonly ignored: FieldSet;
}

/** The view in a version; undefined when that version no longer exists. */
export type Views = (apiVersion: string) => VersionView | undefined;

/** The views of an object as it was and as it will be. */
export type ViewsOf = (live: JsonObject, next: JsonObject) => Views;

/** The changes as an owner of this version sees them. */
export interface VersionChanges extends Comparison {
  /** Modified or added. */
  readonly written: FieldSet;
  readonly type: FieldType;
}

export class Transfer {
  readonly #views: Views;
  readonly #upToDate: UpToDate;
  readonly #changes = new Map<string, VersionChanges | undefined>();

  constructor(views: Views, upToDate: UpToDate) {
    this.#views = views;
    this.#upToDate = upToDate;
  }

  in(apiVersion: string): VersionChanges | undefined {
    if (!this.#changes.has(apiVersion)) this.#changes.set(apiVersion, changesOf(this.#views(apiVersion)));
    return this.#changes.get(apiVersion);
  }

  /** What an owner would lose to somebody else's change. */
  conflictOf(owner: Owner): FieldSet {
    const changes = this.in(owner.apiVersion);
    return changes === undefined ? {} : intersection(this.#upToDate.fields(owner.fields, changes.type), changes.written);
  }

  /** The owner after the change; undefined when it owns nothing any more, the same owner when it lost nothing. */
  rest(owner: Owner): Owner | undefined {
    const changes = this.in(owner.apiVersion);
    if (changes === undefined) return undefined;
    return ownerOf(owner, this.remaining(owner.fields, changes));
  }

  /** The fields that an owner keeps. */
  remaining(fields: FieldSet, { type, written, removed }: VersionChanges): FieldSet {
    return difference(difference(this.#upToDate.fields(fields, type), written), removed);
  }
}

/** Field sets after a change of their schema. Which ones are up to date is remembered: nearly all are, and they do not change. */
export class UpToDate {
  readonly #checked = new WeakMap<FieldSet, FieldType>();

  fields(fields: FieldSet, type: FieldType): FieldSet {
    if (this.#checked.get(fields) === type) return fields;
    const current = reconcileWithType(fields, type);
    this.#checked.set(current, type);
    return current;
  }
}

function changesOf(view: VersionView | undefined): VersionChanges | undefined {
  if (view === undefined) return undefined;
  const all = compare(view.live, view.next, view.type);
  const removed = without(all.removed, view.ignored);
  const modified = without(all.modified, view.ignored);
  const added = without(all.added, view.ignored);
  return { removed, modified, added, written: union(modified, added), type: view.type };
}

/** An owner with other fields (and, if they are given, another time or version); the same one when nothing differs. */
export function ownerOf(owner: Owner, fields: FieldSet, changed: { time?: string | undefined } = {}): Owner | undefined {
  if (isEmptySet(fields)) return undefined;
  const time = 'time' in changed ? changed.time : owner.time;
  if (time === owner.time && equalSets(fields, owner.fields)) return owner;
  const { entry: _entry, ...rest } = owner;
  return { ...rest, time, fields: equalSets(fields, owner.fields) ? owner.fields : fields };
}

/** All owners after the change, without `except`. */
export function othersAfter(owners: Owners, transfer: Transfer, except: string | undefined): Map<string, Owner> {
  const after = new Map<string, Owner>();
  for (const [id, owner] of owners) {
    const rest = id === except ? owner : transfer.rest(owner);
    if (rest !== undefined) after.set(id, rest);
  }
  return after;
}
