import type { ObjectBody } from '@kopfts/core';
import type { EntryOf, HistoryEntry } from '../history/history.js';
import { acknowledgementsOf, holdsFinalizer } from './acknowledgement.js';
import { createChangeTracker, type ChangeTracker } from './change-tracker.js';
import { createClusterState, type ClusterState } from './cluster-state.js';
import { createFinishedAttempts, type FinishedAttempts } from './finished-attempts.js';
import type { Invariant, ModelHandler, OperatorModel, Violation } from './invariant.js';
import { isNeverCalled, stateOf, wants } from './model-handler.js';
import { createPassReader, isChange } from './pass-reader.js';
import { recordedProgress } from './progress-annotation.js';
import { createResumptions, type Resumptions } from './resumptions.js';
import { essenceOf, essenceText, storedEssence } from './stored-essence.js';

/**
 * S7: each handler that matches a change is done with it at least once: an end that is ok or permanent (or of its last attempt), or
 * a progress annotation that says so. Asked twice:
 * - when the operator moves the diff base, for the change that it declares handled by that. A handler is asked for only if its
 *   filters match both what the last pass began with and the state before the commit;
 * - at `converged` (or `quiet`), for what the objects still differ in from their diff base, for deletions that still wait, and for
 *   the resumption of objects that had a diff base when a living instance began its life.
 *
 * Which state a handler saw of a change that went on meanwhile does not count here, see S10. Without these phases only the first
 * is asked.
 */
export const atLeastOnce: Invariant = {
  id: 'S7',
  says: 'Each matching handler is done at least once with each change.',
  check: (history, model) => {
    const tracker = createChangeTracker(model);
    const attempts = createFinishedAttempts(model, tracker);
    const cluster = createClusterState(model);
    const resumptions = createResumptions(model, cluster);
    const world: Witnessed = { model, tracker, attempts, cluster, resumptions, bases: new Map(), asked: new Map() };
    const end = endOf(history);
    const placeOf = createPassReader();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'life') resumptions.life(entry);
      if (entry.kind === 'handler-start' && isChange(entry)) {
        attempts.started(entry);
        world.bases.set(entry.uid, placeOf(entry).base);
      }
      if (entry.kind === 'handler-end') attempts.ended(entry);
      if (entry.kind === 'call' && entry.contextUid !== undefined) {
        const body = cluster.objects.get(entry.contextUid);
        if (body !== undefined) world.asked.set(entry.call, body);
      }
      if (entry.kind === 'commit' && entry.collection === model.collection) {
        violations.push(...declaredHandled(entry, world));
        cluster.commit(entry);
        tracker.commit(entry);
        resumptions.commit(entry);
      }
      if (entry === end) return [...violations, ...leftUndone(world, entry.seq)];
    }
    return violations;
  },
};

interface Witnessed {
  readonly model: OperatorModel;
  readonly tracker: ChangeTracker;
  readonly attempts: FinishedAttempts;
  readonly cluster: ClusterState;
  readonly resumptions: Resumptions;
  /** What the last pass of an object began with, by uid. */
  readonly bases: Map<string, ObjectBody>;
  /** What an object was like when a request for it was sent, by call: a pass without handlers began with that, or before. */
  readonly asked: Map<number, ObjectBody>;
}

function endOf(history: readonly HistoryEntry[]): HistoryEntry | undefined {
  const phase = (name: string): HistoryEntry | undefined => history.find((entry) => entry.kind === 'phase' && entry.phase === name);
  return phase('converged') ?? phase('quiet');
}

/** Handlers that were not done when the diff base moved on. */
function declaredHandled(commit: EntryOf<'commit'>, world: Witnessed): readonly Violation[] {
  const { model, bases } = world;
  const { uid, name, seq, before, after, call } = commit;
  const moved = acknowledgementsOf(commit, model).some(({ kind }) => kind === 'diff-base');
  if (!moved || before === undefined) return [];
  const old = storedEssence(before, model);
  const reason = old === undefined ? 'create' : 'update';
  const base = bases.get(uid) ?? (call === undefined ? undefined : world.asked.get(call)) ?? before;
  const asked = model.handlers.filter(
    (handler) =>
      wants(handler, reason, { body: before, old: () => old, fresh: () => storedEssence(after, model) }) &&
      wants(handler, reason, { ...stateOf(base, model), old: () => old }),
  );
  const undone = asked.filter((handler) => !isDone(world, { handler, uid, body: before }));
  return undone.map(({ id }) => ({
    invariant: 'S7',
    message: `the ${reason} of ${name} (${uid}) is declared handled, but handler '${id}' is not done with it`,
    seq,
  }));
}

interface Asked {
  readonly handler: ModelHandler;
  readonly uid: string;
  readonly body: ObjectBody;
}

function isDone({ model, tracker, attempts }: Witnessed, { handler, uid, body }: Asked): boolean {
  if (isNeverCalled(handler) || attempts.hasChange(uid, handler.id, tracker.generationOf(uid))) return true;
  const recorded = recordedProgress(body, model.annotationPrefix, handler.id);
  // An attempt that a death cut off may have been the last one.
  return recorded?.finished === true || (recorded?.retries ?? 0) >= (handler.maxAttempts ?? Infinity);
}

function leftUndone(world: Witnessed, seq: number): readonly Violation[] {
  const { cluster, resumptions, attempts } = world;
  const pending = [...cluster.objects].flatMap(([uid, body]) =>
    body.metadata.deletionTimestamp === undefined ? changeLeft(world, { uid, body }) : deletionLeft(world, { uid, body }),
  );
  const resumed = resumptions
    .expected()
    .filter(({ uid, handler, instance }) => !attempts.hasInLife(uid, handler, instance))
    .map(
      ({ uid, handler, instance }) => `handler '${handler}' never saw the resumption of ${nameOf(cluster, uid)} (${uid}) in ${instance}`,
    );
  return [...pending, ...resumed].map((message) => ({ invariant: 'S7', message, seq }));
}

interface LeftObject {
  readonly uid: string;
  readonly body: ObjectBody;
}

function changeLeft(world: Witnessed, { uid, body }: LeftObject): readonly string[] {
  const { model } = world;
  const old = storedEssence(body, model);
  if (essenceText(old, model) === essenceText(essenceOf(body, model), model)) return [];
  const reason = old === undefined ? 'create' : 'update';
  return model.handlers
    .filter((handler) => wants(handler, reason, stateOf(body, model)) && !isDone(world, { handler, uid, body }))
    .map(({ id }) => `handler '${id}' is not done with the ${reason} of ${body.metadata.name} (${uid})`);
}

function deletionLeft({ model, attempts }: Witnessed, { uid, body }: LeftObject): readonly string[] {
  if (!holdsFinalizer(body, model)) return [];
  return model.handlers
    .filter((handler) => wants(handler, 'delete', stateOf(body, model)) && !isNeverCalled(handler))
    .filter(({ id }) => !attempts.hasDeletion(uid, id) && recordedProgress(body, model.annotationPrefix, id)?.finished !== true)
    .map(({ id }) => `handler '${id}' is not done with the deletion of ${body.metadata.name} (${uid})`);
}

function nameOf({ objects }: ClusterState, uid: string): string {
  return objects.get(uid)?.metadata.name ?? 'an object';
}
