// What happened, written down outside of the code under test: one append-only list, from which invariants are checked.
// It is filled by the simulator, or read from the audit log of a real server and the notes of operator processes.
import type { Diff, Json, JsonObject, ObjectBody } from '@kopfts/core';
import type { CallResult } from '../call-history.js';

/** The reasons for which handlers of changes run, and `event`, `timer` and `daemon` for the others. */
export type HandledReason = 'create' | 'update' | 'delete' | 'resume' | 'event' | 'timer' | 'daemon';

/** How an invocation ended, as its function told: by returning, by its error, or because its signal was aborted. */
export type InvocationResult =
  | { readonly kind: 'ok' }
  /** Any other error than a `PermanentError`; `delayMs` is what a `TemporaryError` asked for. */
  | { readonly kind: 'retry'; readonly delayMs: number | undefined }
  | { readonly kind: 'permanent' }
  /** Sub-handlers are left: told where the function waited for them itself. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'cancelled' };

/** One change of the cluster, whoever made it. */
export interface CommitEntry {
  readonly kind: 'commit';
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `plural` or `group/plural`. */
  readonly collection: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of the object after the change; of the deletion, if it was one. */
  readonly resourceVersion: string;
  /** User agent: the instance of an operator, or somebody else. */
  readonly actor: string;
  /** Which recorded call carried it, if it was one of an operator. */
  readonly call: number | undefined;
  readonly before: ObjectBody | undefined;
  readonly after: ObjectBody | undefined;
}

/** The server refused a call. */
export interface RejectEntry {
  readonly kind: 'reject';
  readonly call: number;
  readonly code: number;
}

/** An operator was shown a state, by a watch (`ADDED` …) or by a list (`LISTED`). */
export interface DeliverEntry {
  readonly kind: 'deliver';
  readonly instance: string;
  /** The call whose answer it is part of. */
  readonly call: number;
  readonly type: 'LISTED' | 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Of a watch: which line of the stream it was, from 0; lines of all types count. */
  readonly line?: number | undefined;
}

/** An operator sends a request. */
export interface CallEntry {
  readonly kind: 'call';
  readonly instance: string;
  /** From 0, over all operators. */
  readonly call: number;
  /** On behalf of which object it is sent, by what the engine asked its client for; `undefined` for reads. */
  readonly contextUid: string | undefined;
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Json | undefined;
}

/** How the call ended for the operator. */
export interface ReturnEntry {
  readonly kind: 'return';
  readonly instance: string;
  readonly call: number;
  readonly result: CallResult;
  /** Uid and version of the object in the answer, if it is one. */
  readonly object: { readonly uid: string; readonly resourceVersion: string } | undefined;
}

/** A handler begins. */
export interface HandlerStartEntry {
  readonly kind: 'handler-start';
  readonly instance: string;
  /** From 0, over all operators. */
  readonly invocation: number;
  readonly handler: string;
  readonly reason: HandledReason;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  /** Attempts before this one, as the handler is told. */
  readonly retry: number;
  /** What the handler sees. */
  readonly body: ObjectBody;
  /** For changes only; essences. */
  readonly old: Json | undefined;
  readonly new: Json | undefined;
  readonly diff: Diff | undefined;
}

/** A handler ended; one whose operator died has no end. */
export interface HandlerEndEntry {
  readonly kind: 'handler-end';
  readonly instance: string;
  readonly invocation: number;
  readonly result: InvocationResult;
  /** What it put into its patch, and its result under `status.{id}`: a merge patch. */
  readonly contributed: JsonObject;
}

/** A life of an operator begins or ends; `stopping` is when it is asked to. */
export interface LifeEntry {
  readonly kind: 'life';
  readonly instance: string;
  readonly change: 'started' | 'stopping' | 'stopped' | 'killed' | 'paused' | 'woken';
}

/** A fault happened, or the time of faults is over. */
export interface FaultEntry {
  readonly kind: 'fault';
  readonly what: string;
  readonly call: number | undefined;
}

/**
 * A moment of the story: `steady`, when nothing is disturbed any more (the last fault and the last change by others are over),
 * `converged`, when the time that convergence may take is over, and `quiet`, at the end of the time of rest that follows.
 */
export interface PhaseEntry {
  readonly kind: 'phase';
  readonly phase: 'steady' | 'converged' | 'quiet';
}

/** What an operator holds at a moment; taken at rest. */
export interface HoldingEntry {
  readonly kind: 'holding';
  readonly instance: string;
  /** By uid. */
  readonly objects: readonly string[];
  /** And daemons: of objects, by uid. */
  readonly timers: readonly string[];
  /** Daemons and timers that nobody waits for any more, and that still run. */
  readonly abandoned?: number;
  /** The longest queue of events of one object, running passes, requests in flight, open streams. */
  readonly longestQueue: number;
  readonly requestsInFlight: number;
  readonly streams: number;
}

export type HistoryEntryBody =
  | CommitEntry
  | RejectEntry
  | DeliverEntry
  | CallEntry
  | ReturnEntry
  | HandlerStartEntry
  | HandlerEndEntry
  | LifeEntry
  | FaultEntry
  | PhaseEntry
  | HoldingEntry;

/** One entry, with its place and moment. */
export type HistoryEntry = HistoryEntryBody & {
  /** From 0. */
  readonly seq: number;
  /** Milliseconds since the beginning, by a clock that never jumps. */
  readonly atMs: number;
};

/** Entries of one kind. */
export type EntryOf<Kind extends HistoryEntryBody['kind']> = Extract<HistoryEntry, { readonly kind: Kind }>;

/** Those of one kind, oldest first. */
export function entriesOf<Kind extends HistoryEntryBody['kind']>(history: readonly HistoryEntry[], kind: Kind): readonly EntryOf<Kind>[] {
  return history.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
}
