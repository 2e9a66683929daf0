import type { ObjectBody } from '@kopfts/core';
import type { CommitEntry } from '../history/history.js';
import type { OperatorModel } from './invariant.js';

/** The objects of the model's collection, as the server has them, by uid. */
export interface ClusterState {
  readonly objects: ReadonlyMap<string, ObjectBody>;
  /** Takes the next commit in. */
  commit(commit: CommitEntry): void;
}

/** Those of all collections that the operator holds objects of. */
export function createHeldState({ collection, alsoHolds = [] }: Pick<OperatorModel, 'collection' | 'alsoHolds'>): ClusterState {
  return stateOf(new Set([collection, ...alsoHolds]));
}

/** Begins without any object; those that nothing is written down of stay unknown. */
export function createClusterState({ collection }: Pick<OperatorModel, 'collection'>): ClusterState {
  return stateOf(new Set([collection]));
}

function stateOf(collections: ReadonlySet<string>): ClusterState {
  const objects = new Map<string, ObjectBody>();
  return {
    objects,
    commit: (commit) => {
      if (!collections.has(commit.collection)) return;
      if (commit.after === undefined || commit.type === 'DELETED') objects.delete(commit.uid);
      else objects.set(commit.uid, commit.after);
    },
  };
}
