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
export function createHeldState({
  collection,
  alsoHolds = [],
  mayLack,
}: Pick<OperatorModel, 'collection' | 'alsoHolds' | 'mayLack'>): ClusterState {
  return stateOf(new Set([collection, ...alsoHolds]), mayLack);
}

/** Begins without any object; those that nothing is written down of stay unknown. */
export function createClusterState({ collection }: Pick<OperatorModel, 'collection'>): ClusterState {
  return stateOf(new Set([collection]));
}

function stateOf(collections: ReadonlySet<string>, mayLack: OperatorModel['mayLack'] = () => false): ClusterState {
  const objects = new Map<string, ObjectBody>();
  return {
    objects,
    commit: (commit) => {
      if (!collections.has(commit.collection)) return;
      const { after } = commit;
      if (after === undefined || commit.type === 'DELETED' || mayLack(commit.collection, after)) objects.delete(commit.uid);
      else objects.set(commit.uid, after);
    },
  };
}
