import type { ObjectBody } from '@kopfts/core';
import type { CommitEntry } from '../history/history.js';
import type { OperatorModel } from './invariant.js';

/** The objects of the model's collection, as the server has them, by uid. */
export interface ClusterState {
  readonly objects: ReadonlyMap<string, ObjectBody>;
  /** Takes the next commit in. */
  commit(commit: CommitEntry): void;
}

/** Begins without any object; those that nothing is written down of stay unknown. */
export function createClusterState({ collection }: Pick<OperatorModel, 'collection'>): ClusterState {
  const objects = new Map<string, ObjectBody>();
  return {
    objects,
    commit: (commit) => {
      if (commit.collection !== collection) return;
      if (commit.after === undefined || commit.type === 'DELETED') objects.delete(commit.uid);
      else objects.set(commit.uid, commit.after);
    },
  };
}
