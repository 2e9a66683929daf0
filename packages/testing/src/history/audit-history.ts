import { compareVersions } from '@kopfts/core';
import { commitsOf, type AttributedCommit, type ObservedChange } from './audit-commits.js';
import { auditedWriteOf, isSuccessful, type AuditedWrite } from './audited-write.js';
import type { CommitEntry, HistoryEntry, HistoryEntryBody } from './history.js';
import type { OperatorNote } from './operator-notes.js';

/** What is known of a run on a real server. */
export interface AuditedRun {
  /** Which kind: `plural` or `group/plural`. */
  readonly collection: string;
  /** Lines of the server's audit log, level RequestResponse for writes; those of other kinds, and reads, are passed over. */
  readonly audit: Iterable<string>;
  /** One list per process: of each life of an operator, and of whoever started and killed them. */
  readonly notes: readonly (readonly OperatorNote[])[];
  /** What somebody saw who watched the kind from before the first write to after the last one; see the limits below. */
  readonly observed?: readonly ObservedChange[] | undefined;
}

/**
 * The history of a run, from what a real server and the processes wrote down: the same entries as the simulator's, for the same checkers.
 *
 * *Commits* are all changes of the kind, whoever asked for them, also by the status endpoint, by `deletecollection` and by letting the last
 * finalizer go. `before` is what the object's previous commit left, by resourceVersion. A request that changed nothing is no commit.
 * `reject` is what the server refused; `call`, `return`, `deliver`, `handler-…` and `life` are notes. A call whose process died before its
 * answer returns when that death was noted: `lost` if the server did it, else `aborted`.
 *
 * *Order*: notes of one process stay in order, notes of several go by the clock of the machine. Commits stay in the order of their
 * versions, which is the order in which the server made them. Where a commit stands among the notes is decided by the latest moment at
 * which it can have happened: the server had logged its answer; or its caller had noted it; or somebody had noted a state as new as it; or
 * a commit with a higher version had happened.
 *
 * *Limits*: a commit may have happened earlier than it stands here, by at most the time its request took, so what happened within that time
 * is taken for having happened before it: a checker may miss a violation by that much, it never sees one that was none. One server, and one
 * clock for it and all processes. Without `observed`, a change whose request was interrupted (mostly because its process died) is missing if
 * the server did it all the same: its effect shows in the next `after`; and the end of an object by DELETE has the object's last version.
 * With it, such a change is taken for that of the object's earliest interrupted request that sent what is seen; `actor` is empty if there is none. Of several
 * requests that answered with the same version, the one that says something and was complete first is taken for its author.
 */
export function auditHistory({ collection, audit, notes, observed = [] }: AuditedRun): readonly HistoryEntry[] {
  const writes = [...audit].flatMap((line) => auditedWriteOf(line) ?? []);
  const commits = commitsOf(collection, writes, observed);
  const noted = notes.flatMap((ofProcess, process) => inOrder(ofProcess, process));
  const facts = factsOf(noted, commits);
  const placed = [
    ...noted,
    ...ends(noted, facts),
    ...placeCommits(commits, facts),
    ...writes.flatMap((write) => (write.collection === collection ? rejection(write, facts) : [])),
  ];
  placed.sort((a, b) => a.atMs - b.atMs || a.rank - b.rank || a.order - b.order);
  return numbered(placed);
}

/** Something with its place; at one moment, commits go before notes. */
interface Placed {
  readonly atMs: number;
  readonly rank: 0 | 1 | 2;
  /** Within the same moment and rank. */
  readonly order: number;
  readonly entry: HistoryEntryBody;
  /** Of numbers of calls and invocations: whose they are. */
  readonly instance: string | undefined;
}

/** A clock may be set back; what was written later was later. */
function inOrder(notes: readonly OperatorNote[], process: number): readonly Placed[] {
  let latestMs = 0;
  return notes.map(({ atMs, entry }, index) => {
    latestMs = Math.max(latestMs, atMs);
    return { atMs: latestMs, rank: 1, order: process * 1e6 + index, entry, instance: 'instance' in entry ? entry.instance : undefined };
  });
}

/** What the placing looks up. */
interface Facts {
  /** When the answer of a call was noted. */
  readonly returnedMs: ReadonlyMap<string, number>;
  /** By uid: when which version was noted. */
  readonly sightings: ReadonlyMap<string, readonly Sighting[]>;
  /** Calls that the server carried out. */
  readonly committed: ReadonlySet<string>;
}

interface Sighting {
  readonly atMs: number;
  readonly version: string;
}

function factsOf(noted: readonly Placed[], commits: readonly AttributedCommit[]): Facts {
  const returnedMs = new Map<string, number>();
  const sightings = new Map<string, Sighting[]>();
  const see = (uid: string, version: string, atMs: number): void => {
    const ofUid = sightings.get(uid) ?? [];
    ofUid.push({ atMs, version });
    sightings.set(uid, ofUid);
  };
  for (const { entry, atMs } of noted) {
    if (entry.kind === 'handler-start' || entry.kind === 'deliver') see(entry.uid, entry.resourceVersion, atMs);
    if (entry.kind !== 'return') continue;
    returnedMs.set(callKey(entry), atMs);
    if (entry.object !== undefined) see(entry.object.uid, entry.object.resourceVersion, atMs);
  }
  const committed = new Set(commits.flatMap(({ by }) => (by?.mark === undefined ? [] : [callKey(by.mark)])));
  return { returnedMs, sightings, committed };
}

/** As late as everything allows: what was seen had happened, and a later version came later. */
function placeCommits(commits: readonly AttributedCommit[], facts: Facts): readonly Placed[] {
  const latest = new Map(commits.map((commit) => [commit, latestMs(commit, facts)]));
  const known = commits.filter(({ isVersionKnown }) => isVersionKnown).sort((a, b) => order(a.commit, b.commit));
  const limitBy = (commit: AttributedCommit, limitMs: number): number => {
    const atMs = Math.min(latest.get(commit) ?? limitMs, limitMs);
    latest.set(commit, atMs);
    return atMs;
  };
  // An end without version limits what came before it on its own object; it has no place among the versions of others.
  const ends = new Map(commits.filter(({ isVersionKnown }) => !isVersionKnown).map((end) => [end.commit.uid, end]));
  let nextMs = Infinity;
  for (const commit of [...known].reverse()) {
    const end = ends.get(commit.commit.uid);
    nextMs = limitBy(commit, Math.min(nextMs, (end && latest.get(end)) ?? Infinity));
  }
  const places = new Map(known.map((commit, index) => [commit, index]));
  return commits.map((commit) => ({
    atMs: latest.get(commit) ?? commit.notAfterMs,
    rank: 0,
    order: places.get(commit) ?? known.length,
    entry: { ...commit.commit, call: commit.by?.mark?.call },
    instance: commit.by?.mark?.instance,
  }));
}

function latestMs({ commit, by, notAfterMs, isVersionKnown }: AttributedCommit, { returnedMs, sightings }: Facts): number {
  const returned = by?.mark === undefined ? undefined : returnedMs.get(callKey(by.mark));
  const seen = (sightings.get(commit.uid) ?? []).filter(({ version }) => {
    const newer = order({ resourceVersion: version }, commit);
    return newer > 0 || (newer === 0 && isVersionKnown); // an end has the version of the state before it, if nobody watched
  });
  return Math.min(notAfterMs, returned ?? Infinity, ...seen.map(({ atMs }) => atMs));
}

function order(a: Pick<CommitEntry, 'resourceVersion'>, b: Pick<CommitEntry, 'resourceVersion'>): number {
  return compareVersions(a.resourceVersion, b.resourceVersion) ?? 0;
}

/** What the server refused; what it did although it said something else is no refusal. */
function rejection(write: AuditedWrite, { returnedMs, committed }: Facts): readonly Placed[] {
  const { mark, code, completedMs } = write;
  if (mark === undefined || isSuccessful(write) || committed.has(callKey(mark))) return [];
  const atMs = Math.min(completedMs, returnedMs.get(callKey(mark)) ?? Infinity);
  return [{ atMs, rank: 0, order: Infinity, entry: { kind: 'reject', call: mark.call, code }, instance: mark.instance }];
}

/** The dead hear no answers: their calls end with them. */
function ends(noted: readonly Placed[], { returnedMs, committed }: Facts): readonly Placed[] {
  const diedMs = new Map<string, number>();
  for (const { entry, atMs } of noted) {
    if (entry.kind === 'life' && (entry.change === 'killed' || entry.change === 'stopped')) diedMs.set(entry.instance, atMs);
  }
  return noted.flatMap(({ entry }) => {
    const atMs = entry.kind === 'call' ? diedMs.get(entry.instance) : undefined;
    if (entry.kind !== 'call' || atMs === undefined || returnedMs.has(callKey(entry))) return [];
    const { instance, call } = entry;
    const result = committed.has(callKey(entry)) ? ({ kind: 'lost', status: undefined } as const) : ({ kind: 'aborted' } as const);
    return [{ atMs, rank: 0, order: Infinity, entry: { kind: 'return', instance, call, result, object: undefined }, instance }];
  });
}

function callKey({ instance, call }: { readonly instance: string; readonly call: number }): string {
  return `${instance} ${String(call)}`;
}

/** Numbers of calls and invocations over all instances, in the order in which they began. */
function numbered(placed: readonly Placed[]): readonly HistoryEntry[] {
  const calls = createNumbers();
  const invocations = createNumbers();
  for (const { entry, instance } of placed) {
    if (entry.kind === 'call') calls.of(instance, entry.call);
    if (entry.kind === 'handler-start') invocations.of(instance, entry.invocation);
  }
  const first = placed[0]?.atMs ?? 0;
  return placed.map(({ entry, instance, atMs }, seq) => {
    const call = 'call' in entry && entry.call !== undefined ? { call: calls.of(instance, entry.call) } : {};
    const invocation = 'invocation' in entry ? { invocation: invocations.of(instance, entry.invocation) } : {};
    return { ...entry, ...call, ...invocation, seq, atMs: atMs - first };
  });
}

function createNumbers(): { of(instance: string | undefined, number: number): number } {
  const numbers = new Map<string, number>();
  return {
    of: (instance, number) => {
      const key = `${instance ?? ''} ${String(number)}`;
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, numbers.size);
      return numbers.size - 1;
    },
  };
}
