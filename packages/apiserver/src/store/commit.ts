import type { StoredObject } from './stored-object.js';

/** What one write did to one collection; the versions of commits increase by one across the whole store. */
export type Commit = Added | Modified | Deleted;

interface CommitBase {
  readonly collection: string;
  readonly key: string;
  readonly version: number;
}
export interface Added extends CommitBase {
  readonly type: 'ADDED';
  readonly object: StoredObject;
  readonly previous?: undefined;
}
export interface Modified extends CommitBase {
  readonly type: 'MODIFIED';
  readonly object: StoredObject;
  readonly previous: StoredObject;
}
/** `object` is the last stored state under the version of the deletion, as watches report it. */
export interface Deleted extends CommitBase {
  readonly type: 'DELETED';
  readonly object: StoredObject;
  readonly previous: StoredObject;
}

export type CommitListener = (commit: Commit) => void;
