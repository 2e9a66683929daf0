import type { EntryOf } from '../history/history.js';
import type { ClusterState } from './cluster-state.js';
import type { OperatorModel } from './invariant.js';
import { stateOf, wants } from './model-handler.js';
import { recordedProgress } from './progress-annotation.js';
import { essenceText, storedEssence } from './stored-essence.js';

/** One handler that must see one object in one life. */
export interface ExpectedResumption {
  readonly uid: string;
  readonly handler: string;
  readonly instance: string;
}

/** Follows the lives of instances, and which resumptions each owes. */
export interface Resumptions {
  life(entry: EntryOf<'life'>): void;
  /** Call it after the state of the cluster took the commit in. */
  commit(commit: EntryOf<'commit'>): void;
  /** What is owed now by the instances that live. */
  expected(): readonly ExpectedResumption[];
}

/**
 * An instance owes the resumption of what had a diff base when its life began and is still there: not if a progress annotation
 * said then that the handler was done, and not after somebody else changed the diff base. A handler whose filters do not match
 * in the end owes nothing either.
 */
export function createResumptions(model: OperatorModel, cluster: ClusterState): Resumptions {
  const handlers = model.handlers.filter(({ reasons }) => reasons.includes('resume'));
  const owed = new Map<string, readonly ExpectedResumption[]>();
  const excused = new Set<string>();
  const owedAtStart = (instance: string): readonly ExpectedResumption[] =>
    [...cluster.objects].flatMap(([uid, body]) => {
      if (storedEssence(body, model) === undefined || body.metadata.deletionTimestamp !== undefined) return [];
      const left = handlers.filter(({ id }) => recordedProgress(body, model.annotationPrefix, id)?.finished !== true);
      return left.map(({ id }) => ({ uid, handler: id, instance }));
    });
  return {
    life: ({ instance, change }) => {
      if (change === 'started') owed.set(instance, handlers.length === 0 ? [] : owedAtStart(instance));
      if (change === 'stopped' || change === 'killed') owed.delete(instance);
    },
    commit: ({ uid, actor, before, after }) => {
      if (handlers.length === 0 || model.isOwnActor(actor)) return;
      const text = (body: typeof after): string => essenceText(storedEssence(body, model), model);
      if (text(before) !== text(after)) excused.add(uid);
    },
    expected: () =>
      [...owed.values()].flat().filter(({ uid, handler }) => {
        const body = cluster.objects.get(uid);
        if (body === undefined || body.metadata.deletionTimestamp !== undefined || excused.has(uid)) return false;
        return handlers.some((one) => one.id === handler && wants(one, 'resume', stateOf(body, model)));
      }),
  };
}
