// Invariants of operators (safety S1…, liveness L1…): pure functions from a history to what is wrong with it.
import type { Json, ObjectBody } from '@kopfts/core';
import type { HistoryEntry } from '../history/history.js';
import type { GrantedRule } from './granted-rule.js';
import type { Undisturbed } from './lifetimes.js';

/** What a handler of the workload promises, so that a history can be judged without asking the operator. */
export interface ModelHandler {
  readonly id: string;
  /** For which reasons it was declared: `create`, `update`, `delete`, `resume`, `event`, `timer`. */
  readonly reasons: readonly ('create' | 'update' | 'delete' | 'resume' | 'event' | 'timer' | 'daemon')[];
  /** Whether its filters accept this subject, whose essences are whole ones also for handlers of a field; default: everything. */
  readonly matches?: ((subject: MatchedSubject) => boolean) | undefined;
  /** How many attempts of one change it makes fail on purpose; default 0. */
  readonly plannedFailures?: number | undefined;
  /** The least delay between two attempts, milliseconds; default 0. */
  readonly retryDelayMs?: number | undefined;
  /** The most attempts of one change; default: any number. */
  readonly maxAttempts?: number | undefined;
  /** The most time from the first attempt of a change to the beginning of its last one, milliseconds; default: any. */
  readonly timeoutMs?: number | undefined;
  /** The field it was declared for: its `old`, `new` and `diff` are reduced to it, and essences contain it. Default: none. */
  readonly field?: readonly string[] | undefined;
  /** A deletion waits for it (only `delete` and `daemon`); default true. */
  readonly blocksDeletion?: boolean | undefined;
}

/** What filters are asked about. */
export interface MatchedSubject {
  readonly reason: string;
  readonly body: ObjectBody;
  readonly old: Json | undefined;
  readonly new: Json | undefined;
}

/** What the operator under test is: whose writes are its own, and what it promises. */
export interface OperatorModel {
  /** Of the kind that it serves: `plural` or `group/plural`. */
  readonly collection: string;
  /** Other kinds whose objects it holds, such as those of its children; default: none. */
  readonly alsoHolds?: readonly string[] | undefined;
  /** Objects that the server leaves out, since nothing that the operator declares asks for them. Default: none. */
  readonly mayLack?: (collection: string, body: ObjectBody) => boolean;
  /** Of its annotations, without slash: `test.kopf.zalando.org`. */
  readonly annotationPrefix: string;
  readonly finalizer: string;
  readonly handlers: readonly ModelHandler[];
  /** Whether this actor of a commit is an instance of it: `operator#3`. */
  readonly isOwnActor: (actor: string) => boolean;
  /** Objects as they must be in the end, by `namespace/name`, as {@link finalState} gives them; from a run without faults. */
  readonly reference?: Readonly<Record<string, Json>> | undefined;
  /** The most that may be held at once; see `HoldingEntry`. Default: 128 events, 200 requests, 50 streams. */
  readonly bounds?: { readonly longestQueue: number; readonly requestsInFlight: number; readonly streams: number } | undefined;
  /** What it may do, as the rules of its Role say; default: not judged. */
  readonly rights?: readonly GrantedRule[] | undefined;
  /** Texts that were planted where secrets are: nobody may find them anywhere else. Default: none. */
  readonly canaries?: readonly string[] | undefined;
  /** How many objects are handled at the same time (`queueing.workerLimit`); default: not judged. */
  readonly workers?: number | undefined;
  /** How many turns one that waits may take before another one that waits; default 1. Where live changes go before a backlog, an object of the backlog lets them go first three times of four: 4. */
  readonly turnsEach?: number | undefined;
  /** What it may take to end, milliseconds; default 2000, as `queueing.exitTimeout`. */
  readonly graceMs?: number | undefined;
  /** How a run without faults was, as `undisturbedOf` gives it; default: not judged. */
  readonly undisturbed?: Undisturbed | undefined;
}

/** Something that must never be, and where it shows. */
export interface Violation {
  /** `S8`. */
  readonly invariant: string;
  /** What is wrong, for a person. */
  readonly message: string;
  /** Of the entry where it shows. */
  readonly seq: number | undefined;
}

/** One invariant. */
export interface Invariant {
  readonly id: string;
  /** What holds, in one sentence. */
  readonly says: string;
  check(history: readonly HistoryEntry[], model: OperatorModel): readonly Violation[];
}
