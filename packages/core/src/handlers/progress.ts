import { BugError, errorText } from '../errors.js';
import type { HandlerId } from '../model/ids.js';
import type { Instant } from '../model/instant.js';
import type { ProgressRecord, Purpose } from '../model/progress-record.js';
import type { Outcome } from './outcome.js';

/** What is known about the attempts of one handler. */
export interface ProgressEntry {
  readonly record: ProgressRecord;
  /** As it was read; absent if nothing is stored. */
  readonly stored: ProgressRecord | undefined;
  /** Selected in this pass. Only these count for being done and for delays (spec G-12); sub-handlers never: their parents wait for them. */
  readonly active: boolean;
}

/** The attempts of all handlers of one object for one change: a value, replaced after each attempt. */
export type Progress = ReadonlyMap<HandlerId, ProgressEntry>;

export interface Counts {
  readonly succeeded: number;
  readonly failed: number;
  readonly left: number;
}

/** An unfinished change that gives way to another one (spec G-30). */
export interface Superseded {
  readonly old: Purpose;
  readonly counts: Counts;
}

export interface StartedProgress {
  readonly progress: Progress;
  /** The first of `allSuperseded`. */
  readonly superseded?: Superseded;
  readonly allSuperseded: readonly Superseded[];
  /** Records of superseded changes, with their sub-handlers: to be purged with the next write (spec G-32). */
  readonly obsolete: readonly HandlerId[];
}

const PURPOSES: readonly Purpose[] = ['create', 'update', 'delete', 'resume'];

/** The record of a handler that was selected, but not yet tried (spec G-08). */
export function emptyRecord(purpose: Purpose | undefined, now: Instant): ProgressRecord {
  return {
    started: now,
    stopped: undefined,
    delayed: undefined,
    purpose,
    retries: 0,
    success: false,
    failure: false,
    message: undefined,
    subrefs: undefined,
  };
}

/**
 * Progress at the start of a pass: what is stored, and a record for each selected handler (spec G-08, G-12). If what is
 * stored belongs to another change, the selected handlers go on under the new purpose with what they have achieved (spec
 * G-31; not for a deletion); the others' records are obsolete. An active record is never lost (the successor of spec G-33).
 */
// eslint-disable-next-line kopfts/max-positional-params -- what is stored, who is selected, what for, when: the order is that of the sentence
export function startProgress(
  stored: ReadonlyMap<HandlerId, ProgressRecord>,
  selected: readonly { readonly id: HandlerId }[],
  purpose: Purpose,
  now: Instant,
): StartedProgress {
  if (stored.size === 0) return startAnew(selected, purpose, now);
  const active = new Set(selected.map(({ id }) => id));
  const progress = new Map<HandlerId, ProgressEntry>();
  for (const [id, read] of stored) {
    const record = notOfTheFuture(read, now);
    progress.set(id, { record: active.has(id) ? takenOver(record, purpose, now) : record, stored: read, active: active.has(id) });
  }
  for (const id of active) {
    if (!progress.has(id)) progress.set(id, { record: emptyRecord(purpose, now), stored: undefined, active: true });
  }
  const own = subHandlersOf(stored.values());
  const records = [...stored].filter(([id]) => !own.has(id)).map(([, record]) => record);
  const allSuperseded = PURPOSES.filter((old) => old !== purpose && records.some((record) => record.purpose === old)).map((old) => ({
    old,
    counts: countRecords(records.filter((record) => record.purpose === old)),
  }));
  // Sub-handlers of those that go on, go on with them: what they have achieved is not repeated either.
  const kept = subHandlersOf([...progress.values()].filter((entry) => entry.active).map(({ record }) => record));
  const left = [...progress].filter(([, { record }]) => record.purpose !== undefined && record.purpose !== purpose);
  const obsolete = distinct(left.flatMap(([id, { record }]) => [id, ...(record.subrefs ?? [])])).filter(
    (id) => !active.has(id) && !kept.has(id),
  );
  const [superseded] = allSuperseded;
  return { progress, ...(superseded ? { superseded } : {}), allSuperseded, obsolete };
}

/**
 * The record of a handler that goes on under this purpose. A deletion is not what it was called for before: it begins anew, or what one
 * function did for the creation would count as its cleanup, and the object would be released without.
 */
function takenOver(record: ProgressRecord, purpose: Purpose, now: Instant): ProgressRecord {
  if (record.purpose === undefined || record.purpose === purpose) return record;
  return purpose === 'delete' ? { ...emptyRecord(purpose, now), subrefs: record.subrefs } : { ...record, purpose };
}

/** Nothing is stored of it, as of nearly every object that is new. */
function startAnew(selected: readonly { readonly id: HandlerId }[], purpose: Purpose, now: Instant): StartedProgress {
  const progress = new Map<HandlerId, ProgressEntry>();
  for (const { id } of selected) progress.set(id, { record: emptyRecord(purpose, now), stored: undefined, active: true });
  return { progress, allSuperseded: [], obsolete: [] };
}

/**
 * What began in the future was written by a clock that was ahead of ours, or ours was set back since: then all of it is as much earlier. Without, a
 * handler would wait for that future.
 */
function notOfTheFuture(record: ProgressRecord, now: Instant): ProgressRecord {
  const aheadMs = record.started - now;
  if (aheadMs <= 0) return record;
  const { stopped, delayed } = record;
  return {
    ...record,
    started: now,
    stopped: stopped === undefined ? undefined : stopped - aheadMs,
    delayed: delayed === undefined ? undefined : delayed - aheadMs,
  };
}

/** Who is declared by whom, while it runs. */
export interface DeclaredChildren {
  readonly children: readonly { readonly id: HandlerId }[];
  /** The parent and its own ancestors. */
  readonly ancestors: readonly HandlerId[];
  readonly purpose: Purpose;
}

/**
 * Progress with sub-handlers that are about to run: what is stored of them goes on for this purpose; all ancestors refer to them, so that
 * they can be purged even if nobody declares them again (spec SH-10, SH-14).
 */
export function startSubHandlers(progress: Progress, { children, ancestors, purpose }: DeclaredChildren, now: Instant): Progress {
  if (children.length === 0) return progress;
  const next = new Map(progress);
  for (const { id } of children) {
    const entry = next.get(id);
    if (entry === undefined) next.set(id, { record: emptyRecord(purpose, now), stored: undefined, active: false });
    else next.set(id, { ...entry, record: takenOver(entry.record, purpose, now) });
  }
  for (const id of ancestors) {
    const entry = next.get(id);
    if (entry === undefined) throw new BugError(`The handler '${id}' has no progress.`);
    const subrefs = distinct([...(entry.record.subrefs ?? []), ...children.map((child) => child.id)]).toSorted();
    next.set(id, { ...entry, record: { ...entry.record, subrefs } });
  }
  return next;
}

/** The records that others refer to as their sub-handlers'. */
export function subHandlersOf(records: Iterable<ProgressRecord>): ReadonlySet<HandlerId> {
  return new Set([...records].flatMap(({ subrefs }) => subrefs ?? []));
}

/** Progress after an attempt (spec G-09). A finished handler stays finished; a cancelled attempt was none. */
// eslint-disable-next-line kopfts/max-positional-params -- whose progress, which handler, what happened, when
export function advance(progress: Progress, id: HandlerId, outcome: Outcome, now: Instant): Progress {
  const entry = progress.get(id);
  if (entry === undefined) throw new BugError(`The handler '${id}' has no progress.`);
  if (isFinished(entry.record)) return progress;
  const record = recordAfter(entry.record, outcome, now);
  return record === entry.record ? progress : new Map(progress).set(id, { ...entry, record });
}

/** Whoever reads a record wants to know what failed. What a program printed all day belongs into the log; on the object there is room for 256 KiB of everything. */
const MOST_MESSAGE = 4096;

function recordText(error: unknown): string {
  const text = errorText(error);
  return text.length > MOST_MESSAGE ? `${text.slice(0, MOST_MESSAGE - 1)}…` : text;
}

/** One record after an attempt; the same one if it was none (spec G-09). */
export function recordAfter(record: ProgressRecord, outcome: Outcome, now: Instant): ProgressRecord {
  const tried = { ...record, retries: record.retries + 1, delayed: undefined, message: undefined };
  switch (outcome.kind) {
    case 'succeeded':
    case 'ignored':
      return { ...tried, stopped: record.stopped ?? now, success: true };
    case 'failed':
      return { ...tried, stopped: record.stopped ?? now, failure: true, message: recordText(outcome.error) };
    case 'retry':
      return { ...tried, delayed: outcome.delayMs === undefined ? undefined : now + outcome.delayMs, message: recordText(outcome.error) };
    case 'unfinished':
      return { ...record, delayed: now + outcome.delayMs, message: undefined };
    case 'cancelled':
      return record;
  }
}

/** The cluster refuses what a handler returned: its success was none, and there is no other attempt (design 6.8). */
export function refuse(progress: Progress, id: HandlerId, message: string): Progress {
  const entry = progress.get(id);
  if (entry === undefined) return progress;
  const stopped = entry.record.stopped ?? entry.record.started;
  return new Map(progress).set(id, {
    ...entry,
    record: { ...entry.record, stopped, delayed: undefined, success: false, failure: true, message },
  });
}

/** What an attempt left behind failed after all, when it was to be written: its success was none, the outcome is this one (decision 14). */
// eslint-disable-next-line kopfts/max-positional-params -- as of `advance`: whose progress, which handler, what happened, when
export function retract(progress: Progress, id: HandlerId, outcome: Outcome, now: Instant): Progress {
  const entry = progress.get(id);
  if (entry === undefined || !entry.record.success) return progress;
  return new Map(progress).set(id, { ...entry, record: recordAfter(beforeAttempt(entry.record), outcome, now) });
}

/** A record as it was before its attempt that succeeded. */
export function beforeAttempt(record: ProgressRecord): ProgressRecord {
  return { ...record, stopped: undefined, success: false, retries: Math.max(0, record.retries - 1) };
}

/** There was a final outcome (spec G-11). */
export function isFinished(record: ProgressRecord): boolean {
  return record.success || record.failure;
}

/** Nobody selected is unfinished (spec G-13). Failed for good is finished, too (spec H-28). */
export function isDone(progress: Progress): boolean {
  return [...progress.values()].every(({ active, record }) => !active || isFinished(record));
}

/** Retries that fall due within so little time after the first are waited for: one pass, and one write, for all of them. */
const GATHERING_MS = 100;

/** How long until the handlers that are left are tried again; 0 when one is due, nothing when none is left (spec E-50). */
export function nextAttemptMs(progress: Progress, now: Instant): number | undefined {
  return soonestMs(
    [...progress.values()].filter(({ active }) => active).map(({ record }) => record),
    now,
  );
}

/** Of records: together with all that fall due soon after the first, which never waits more than twice as long as it asked for. */
export function soonestMs(records: readonly ProgressRecord[], now: Instant): number | undefined {
  const left = records.filter((record) => !isFinished(record));
  if (left.length === 0) return undefined;
  const delays = left.map(({ delayed }) => Math.max(0, (delayed ?? now) - now));
  const first = Math.min(...delays);
  return Math.max(...delays.filter((delay) => delay <= first + Math.min(first, GATHERING_MS)));
}

/** The handlers to be called now: neither finished nor sleeping (spec E-01, G-11). */
export function dueHandlers<H extends { readonly id: HandlerId }>(progress: Progress, handlers: readonly H[], now: Instant): readonly H[] {
  return handlers.filter(({ id }) => {
    const record = progress.get(id)?.record;
    return record !== undefined && !isFinished(record) && (record.delayed === undefined || record.delayed <= now);
  });
}

/** The records that are not stored as they are (spec G-10). */
export function changedRecords(progress: Progress): ReadonlyMap<HandlerId, ProgressRecord> {
  const changed = new Map<HandlerId, ProgressRecord>();
  for (const [id, { record, stored }] of progress) if (stored === undefined || !sameRecord(record, stored)) changed.set(id, record);
  return changed;
}

/** What to forget when a change is done: everything declared for the kind, everything known, all sub-handlers (spec G-14). */
export function purgeIds(progress: Progress, declared: readonly HandlerId[]): readonly HandlerId[] {
  const subrefs = [...progress.values()].flatMap(({ record, stored }) => [...(record.subrefs ?? []), ...(stored?.subrefs ?? [])]);
  return distinct([...declared, ...progress.keys(), ...subrefs]);
}

/** What a store has to be told. */
export interface ProgressPlan {
  readonly store: ReadonlyMap<HandlerId, ProgressRecord>;
  readonly purge: readonly HandlerId[];
}

/**
 * What is to be written at the end of a pass. When all are done nothing is stored at all: a change that is handled at once
 * leaves no traces (spec G-15, design 6.7).
 */
export function planProgress(started: Pick<StartedProgress, 'progress' | 'obsolete'>, declared: readonly HandlerId[]): ProgressPlan {
  const { progress, obsolete } = started;
  if (isDone(progress)) return { store: new Map(), purge: purgeIds(progress, [...declared, ...obsolete]) };
  return { store: changedRecords(progress), purge: obsolete };
}

/** For the message at the end: records of this purpose, or of none (spec G-16). Sub-handlers belong to their parents. */
export function counts(progress: Progress, purpose: Purpose): Counts {
  const own = subHandlersOf([...progress.values()].map(({ record }) => record));
  const records = [...progress].filter(([id]) => !own.has(id)).map(([, { record }]) => record);
  return countRecords(records.filter((record) => record.purpose === undefined || record.purpose === purpose));
}

function countRecords(records: readonly ProgressRecord[]): Counts {
  const succeeded = records.filter(({ success }) => success).length;
  const failed = records.filter(({ success, failure }) => failure && !success).length;
  return { succeeded, failed, left: records.length - succeeded - failed };
}

function sameRecord(a: ProgressRecord, b: ProgressRecord): boolean {
  return (
    a.started === b.started &&
    a.stopped === b.stopped &&
    a.delayed === b.delayed &&
    a.purpose === b.purpose &&
    a.retries === b.retries &&
    a.success === b.success &&
    a.failure === b.failure &&
    a.message === b.message &&
    (a.subrefs ?? []).join('\n') === (b.subrefs ?? []).join('\n')
  );
}

function distinct(ids: readonly HandlerId[]): readonly HandlerId[] {
  return [...new Set(ids)];
}
