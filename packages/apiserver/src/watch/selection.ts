import type { FieldSelector } from '../selector/field-selector.js';
import type { LabelSelector } from '../selector/label-selector.js';
import type { Commit } from '../store/commit.js';
import type { StoredObject } from '../store/stored-object.js';

/** Which objects of a collection a list or a watch is about. */
export interface Selection {
  /** Of the key: a namespace with its slash, or everything. */
  readonly prefix: string;
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
}

/** What a watch reports of a commit. */
export interface WatchedChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

export function selects(selection: Selection, object: StoredObject): boolean {
  return selection.labels.matches(object.labels) && selection.fields.matches(object);
}

export function isUnfiltered(selection: Selection): boolean {
  return selection.labels.isEmpty && selection.fields.isEmpty;
}

/**
 * A commit as seen through a selection: an object that enters it is ADDED, one that leaves it is DELETED, in its last state inside the
 * selection, under the version of the commit.
 */
export function seenThrough(selection: Selection, commit: Commit): WatchedChange | undefined {
  if (!commit.key.startsWith(selection.prefix)) return undefined;
  const was = commit.previous !== undefined && selects(selection, commit.previous);
  const is = commit.type !== 'DELETED' && selects(selection, commit.object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: commit.object };
  if (!was) return undefined;
  return { type: 'DELETED', object: commit.type === 'DELETED' ? commit.object : commit.previous.at(commit.version) };
}
