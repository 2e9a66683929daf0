import type { IndexKey, IndexToken } from './object-index.js';

/** What a reconcile handler reads of an index, so that it runs again when that changes. */
export interface IndexDependency<Args> {
  /** What `kopf.index` returned. */
  readonly index: IndexToken;
  /** Which keys, for how the object is; a list, also of one. Asked before each run. Default: all keys. */
  readonly keys?: ((args: Args) => readonly IndexKey[]) | undefined;
}
