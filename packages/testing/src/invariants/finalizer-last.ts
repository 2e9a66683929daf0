import type { EntryOf, HistoryEntry } from '../history/history.js';
import { holdsFinalizer } from './acknowledgement.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { valueAt } from './keyed.js';
import { blockingHandlers, isFinishing, stateOf, wants } from './model-handler.js';
import { recordedProgress } from './progress-annotation.js';

/**
 * S5: our finalizer goes last. When the operator removes it, every delete handler that blocks the deletion and matches is done:
 * it ended well or failed for good in this deletion, or the object says so in its progress annotation, and no daemon of it runs any more.
 * From an object that is not being deleted it is removed only if no such handler matches.
 *
 * A handler is asked for only if its filters matched in all states since the finalizer came, or since the deletion was requested:
 * somebody's change in the moment of the removal is nobody's fault. Timers that hold the finalizer are not known to the model.
 */
export const finalizerLast: Invariant = {
  id: 'S5',
  says: 'The finalizer is removed only when all delete handlers are done.',
  check: (history, model) => {
    const starts = new Map<number, EntryOf<'handler-start'>>();
    const daemons = createRunningDaemons(model);
    const done = new Map<string, Set<string>>();
    const matching = createMatching(model);
    const violations: Violation[] = [];
    for (const entry of history) {
      daemons.note(entry);
      if (entry.kind === 'handler-start' && entry.reason === 'delete') starts.set(entry.invocation, entry);
      if (entry.kind === 'handler-end') {
        const start = starts.get(entry.invocation);
        const handler = model.handlers.find(({ id }) => id === start?.handler);
        if (start && isFinishing(handler, start.retry, entry.result)) valueAt(done, start.uid, () => new Set()).add(start.handler);
      }
      if (entry.kind !== 'commit' || entry.collection !== model.collection) continue;
      if (isOwnRemoval(entry, model)) {
        const unfinished = matching.of(entry).filter((id) => !isDone(entry, model, { id, done: done.get(entry.uid) }));
        const reasons = [
          ...unfinished.map((id) => unfinishedHandler(entry, id)),
          ...daemons.of(entry.uid).map((id) => `daemon '${id}' still runs`),
        ];
        violations.push(...reasons.map((but) => tooEarly(entry, but)));
      }
      matching.commit(entry);
    }
    return violations;
  },
};

/** Daemons of objects, as long as they and their instances live. */
interface RunningDaemons {
  note(entry: HistoryEntry): void;
  /** Their ids. */
  of(uid: string): readonly string[];
}

function createRunningDaemons({ handlers }: OperatorModel): RunningDaemons {
  const loose = new Set(handlers.flatMap(({ id, blocksDeletion }) => (blocksDeletion === false ? [id] : [])));
  const running = new Map<number, EntryOf<'handler-start'>>();
  return {
    note: (entry) => {
      if (entry.kind === 'handler-start' && entry.reason === 'daemon' && !loose.has(entry.handler)) running.set(entry.invocation, entry);
      if (entry.kind === 'handler-end') running.delete(entry.invocation);
      if (entry.kind !== 'life' || (entry.change !== 'killed' && entry.change !== 'stopped')) return;
      for (const [invocation, { instance }] of running) if (instance === entry.instance) running.delete(invocation);
    },
    of: (uid) => [...running.values()].flatMap((start) => (start.uid === uid ? [start.handler] : [])),
  };
}

function isOwnRemoval(commit: EntryOf<'commit'>, model: OperatorModel): boolean {
  return model.isOwnActor(commit.actor) && holdsFinalizer(commit.before, model) && !holdsFinalizer(commit.after, model);
}

function isDone(
  { before }: EntryOf<'commit'>,
  model: OperatorModel,
  { id, done }: { readonly id: string; readonly done: ReadonlySet<string> | undefined },
): boolean {
  if (before?.metadata.deletionTimestamp === undefined) return false;
  if (done?.has(id) === true) return true;
  const recorded = recordedProgress(before, model.annotationPrefix, id);
  // What was done for the creation is no cleanup.
  return recorded?.finished === true && (recorded.purpose ?? 'delete') === 'delete';
}

interface Matching {
  /** The blocking handlers that matched all the time, up to this commit. */
  of(commit: EntryOf<'commit'>): readonly string[];
  commit(commit: EntryOf<'commit'>): void;
}

function createMatching(model: OperatorModel): Matching {
  const handlers = blockingHandlers(model);
  const always = new Map<string, ReadonlySet<string>>();
  const matchingIn = (body: EntryOf<'commit'>['after'], among = handlers): typeof handlers =>
    body === undefined ? [] : among.filter((handler) => wants(handler, 'delete', stateOf(body, model)));
  return {
    of: ({ uid, before }) => [...(always.get(uid) ?? matchingIn(before).map(({ id }) => id))],
    commit: ({ uid, before, after }) => {
      const known = always.get(uid);
      const isNew = known === undefined || !holdsFinalizer(before, model) || isDeletionRequest(before, after);
      const among = isNew ? handlers : handlers.filter(({ id }) => known.has(id));
      always.set(uid, new Set(matchingIn(after, among).map(({ id }) => id)));
    },
  };
}

function isDeletionRequest(before: EntryOf<'commit'>['before'], after: EntryOf<'commit'>['after']): boolean {
  return before?.metadata.deletionTimestamp === undefined && after?.metadata.deletionTimestamp !== undefined;
}

function unfinishedHandler({ before }: EntryOf<'commit'>, id: string): string {
  const why = before?.metadata.deletionTimestamp === undefined ? 'still wants to see its deletion' : 'is not done with its deletion';
  return `delete handler '${id}' ${why}`;
}

function tooEarly({ name, uid, seq }: EntryOf<'commit'>, but: string): Violation {
  return { invariant: 'S5', message: `the finalizer is removed from ${name} (${uid}), but ${but}`, seq };
}
