import type { EntryOf, HistoryEntry } from '../history/history.js';
import { createFailedCalls } from './failed-calls.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { valueAt } from './keyed.js';
import { stateOf, wants } from './model-handler.js';

/** The most time between the last success and the disappearance. */
const LIMIT_MS = 5000;

/**
 * L3: an object whose delete handlers all succeeded disappears within 5 seconds. Counted from the last of: the last of these ends; the
 * moment when nothing but our finalizer is left; `steady`, if there is one, and the failure of a write for the object that was sent
 * before it (a request that nobody answers may outlive the fault); the last time that an instance began its life or woke
 * before the disappearance. Every delete handler that matches must have ended well, in its last attempt.
 *
 * Nothing is asked when no instance lives in the end, when the history ends before the time is over, or when there were faults
 * and no `steady`.
 */
export const deletion: Invariant = {
  id: 'L3',
  says: 'What is to be deleted disappears soon after its delete handlers succeeded.',
  check: (history, model) => {
    const last = history.at(-1);
    const hasFaults = history.some(({ kind }) => kind === 'fault');
    const steady = history.find((entry) => entry.kind === 'phase' && entry.phase === 'steady');
    if (last === undefined || (hasFaults && steady === undefined)) return [];
    const story = readDeletions(history, model, steady?.seq ?? 0);
    return [...story.deletions].flatMap(([uid, seen]): Violation[] => {
      const okMs = lastSuccess(seen, model);
      if (okMs === undefined || seen.onlyOursMs === undefined) return [];
      const end = seen.gone ?? last;
      const aliveMs = story.aliveSince(end.seq);
      if (aliveMs === undefined) return [];
      const latest = Math.max(okMs, seen.onlyOursMs, steady?.atMs ?? 0, seen.failedMs, aliveMs) + LIMIT_MS;
      if (end.atMs <= latest) return [];
      const how = seen.gone === undefined ? 'still exists' : 'disappeared';
      const message = `${seen.name} (${uid}) ${how} at ${end.atMs} ms; its delete handlers had succeeded by ${okMs} ms, so it had until ${latest} ms`;
      return [{ invariant: 'L3', message, seq: end.seq }];
    });
  },
};

interface SeenAttempt {
  end: EntryOf<'handler-end'> | undefined;
}

/** What is known of the deletion of one object. */
interface SeenDeletion {
  readonly name: string;
  /** Since when no other finalizer is on it, in milliseconds; `undefined` while one is. */
  onlyOursMs: number | undefined;
  body: NonNullable<EntryOf<'commit'>['after']>;
  /** When the last write failed that was sent before the time of faults was over, in milliseconds; 0 if none did. */
  failedMs: number;
  readonly attempts: Map<string, SeenAttempt>;
  gone: EntryOf<'commit'> | undefined;
}

interface Story {
  readonly deletions: ReadonlyMap<string, SeenDeletion>;
  /** The last beginning or waking of an instance before this entry, in milliseconds; `undefined` if none lives then. */
  aliveSince(seq: number): number | undefined;
}

function readDeletions(history: readonly HistoryEntry[], model: OperatorModel, steadySeq: number): Story {
  const deletions = new Map<string, SeenDeletion>();
  const open = new Map<number, SeenAttempt>();
  const lives: EntryOf<'life'>[] = [];
  const calls = createFailedCalls();
  for (const entry of history) {
    if (entry.kind === 'life') lives.push(entry);
    const failed = calls.failed(entry);
    const hit = failed === undefined || failed.seq > steadySeq ? undefined : deletions.get(failed.contextUid ?? '');
    if (hit !== undefined) hit.failedMs = entry.atMs;
    if (entry.kind === 'commit' && entry.collection === model.collection) noteCommit(deletions, entry, model);
    if (entry.kind === 'handler-start' && entry.reason === 'delete') {
      const attempt: SeenAttempt = { end: undefined };
      deletions.get(entry.uid)?.attempts.set(entry.handler, attempt);
      open.set(entry.invocation, attempt);
    }
    const attempt = entry.kind === 'handler-end' ? open.get(entry.invocation) : undefined;
    if (attempt !== undefined && entry.kind === 'handler-end') attempt.end = entry;
  }
  return { deletions, aliveSince: (seq) => aliveSince(lives, seq) };
}

function noteCommit(deletions: Map<string, SeenDeletion>, commit: EntryOf<'commit'>, model: OperatorModel): void {
  const { uid, name, after, atMs } = commit;
  const known = deletions.get(uid);
  if (after === undefined) {
    if (known !== undefined) known.gone = commit;
    return;
  }
  if (after.metadata.deletionTimestamp === undefined) return;
  const seen = valueAt(deletions, uid, () => ({
    name,
    onlyOursMs: undefined,
    failedMs: 0,
    body: after,
    attempts: new Map(),
    gone: undefined,
  }));
  seen.body = after;
  const isOnlyOurs = (after.metadata.finalizers ?? []).every((one) => one === model.finalizer);
  seen.onlyOursMs = isOnlyOurs ? (seen.onlyOursMs ?? atMs) : undefined;
}

/** When the last of the delete handlers succeeded; `undefined` if one did not, or there is none. */
function lastSuccess({ body, attempts }: SeenDeletion, model: OperatorModel): number | undefined {
  const handlers = model.handlers.filter((handler) => wants(handler, 'delete', stateOf(body, model)));
  const needed = handlers.filter(({ id, blocksDeletion }) => blocksDeletion !== false || attempts.has(id));
  const ends = needed.map(({ id }) => attempts.get(id)?.end);
  if (ends.length === 0 || ends.some((end) => end?.result.kind !== 'ok')) return undefined;
  return Math.max(...ends.map((end) => end?.atMs ?? 0));
}

function aliveSince(lives: readonly EntryOf<'life'>[], seq: number): number | undefined {
  if (lives.length === 0) return 0;
  const living = new Set<string>();
  let sinceMs = 0;
  for (const { instance, change, atMs, seq: at } of lives) {
    if (at > seq) break;
    if (change === 'stopping') continue; // it is not over yet
    if (change === 'started' || change === 'woken') {
      living.add(instance);
      sinceMs = atMs;
    } else living.delete(instance);
  }
  return living.size === 0 ? undefined : sinceMs;
}
