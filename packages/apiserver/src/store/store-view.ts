import type { Collection } from './collection.js';
import type { CommitListener } from './commit.js';

/** What reads and watches are answered from: the store itself, or what one replica has seen of it. */
export interface StoreView {
  /** The version of the last commit that is visible here. */
  readonly version: number;
  collection(name: string): Collection;
  /** Calls `listener` after each commit that becomes visible here, in order; the returned function stops that. */
  onCommit(listener: CommitListener): () => void;
}
