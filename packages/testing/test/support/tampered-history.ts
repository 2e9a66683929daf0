// The same history with one thing in it that must never be, to see whether it is seen.
import { isJsonObject, type ObjectBody } from '@kopfts/core';
import { entriesOf, type CommitEntry, type EntryOf, type HistoryEntry } from '@kopfts/testing';

/** S3: a write for one object was carried out on another one. */
export function withStrayedWrite(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const commit = ownCommit(history, ({ after }) => after !== undefined);
  const other = theOne(entriesOf(history, 'commit').find(({ uid }) => uid !== commit.uid));
  return history.map((entry) => (entry === commit ? { ...entry, uid: other.uid } : entry));
}

/** S6: a creation handler ran before the finalizer was there. */
export function withEarlyHandler(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const start = theOne(entriesOf(history, 'handler-start').find(({ reason }) => reason === 'create'));
  const { finalizers: _finalizers, ...metadata } = start.body.metadata;
  return history.map((entry) => (entry === start ? { ...start, body: { ...start.body, metadata } } : entry));
}

/** S7: a creation handler never ran. (Of one that left a record of its success there is another proof.) */
export function withoutHandler(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const starts = entriesOf(history, 'handler-start').filter(({ handler }) => handler === 'copy_late');
  const invocations = new Set(starts.map(({ invocation }) => invocation));
  return history.filter((entry) => !('invocation' in entry) || !invocations.has(entry.invocation));
}

/** S8: a creation handler ran once more at the end. */
export function withRepeatedHandler(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const start = lastingStart(history);
  const last = theOne(history.at(-1));
  const instance = theOne(entriesOf(history, 'life').at(-1)).instance;
  return [...history, { ...start, instance, invocation: history.length, seq: last.seq + 1, atMs: last.atMs }];
}

/** S9: the commit of a result never happened, and what came after it does not have it. */
export function withoutResult(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const { uid } = lastingStart(history);
  const stripped = (body: ObjectBody | undefined): ObjectBody | undefined => (body === undefined ? undefined : withoutStatus(body));
  const commits = entriesOf(history, 'commit').filter((commit) => commit.uid === uid);
  const lost = theOne(commits.find(({ before, after }) => after?.['status'] !== undefined && before?.['status'] === undefined));
  return history.flatMap((entry) => {
    if (entry === lost) return [];
    if (entry.kind !== 'commit' || entry.uid !== uid) return [entry];
    return [{ ...entry, before: stripped(entry.before), after: stripped(entry.after) }];
  });
}

/** L1: the last write for an object never happened. */
export function withoutLastWrite(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const { uid } = lastingStart(history);
  const last = entriesOf(history, 'commit').findLast((commit) => commit.uid === uid);
  return history.filter((entry) => entry !== last);
}

/** A creation handler of an object that is there in the end. */
function lastingStart(history: readonly HistoryEntry[]): EntryOf<'handler-start'> {
  const ended = new Set(entriesOf(history, 'commit').flatMap(({ type, uid }) => (type === 'DELETED' ? [uid] : [])));
  return theOne(entriesOf(history, 'handler-start').find(({ uid, handler }) => handler === 'name_it' && !ended.has(uid)));
}

function ownCommit(history: readonly HistoryEntry[], accepts: (commit: CommitEntry) => boolean): EntryOf<'commit'> {
  return theOne(entriesOf(history, 'commit').find((commit) => commit.call !== undefined && accepts(commit)));
}

function withoutStatus(body: ObjectBody): ObjectBody {
  const { status: _status, ...rest } = body;
  return isJsonObject(body['status']) ? rest : body;
}

function theOne<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the history has nothing to tamper with');
  return found;
}
