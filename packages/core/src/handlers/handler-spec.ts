import type { Backoff } from '../model/backoff-policy.js';
import type { FilterName, MetadataCriteria, ValueCriterion } from '../model/filter.js';
import type {
  ChangeFunction,
  DaemonFunction,
  EventFunction,
  IndexFunction,
  InitialDelay,
  TimerFunction,
  WhenPredicate,
} from '../model/handler-function.js';
import type { IndexDependency } from '../model/index-dependency.js';
import type { HandlerId } from '../model/ids.js';
import type { FieldPath } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import type { ErrorsMode } from '../model/retry-options.js';
import type { Schedule } from '../model/schedule.js';
import type { Selector } from '../model/selector.js';

/** What all declared handlers of objects have. Immutable. */
interface DeclaredHandler {
  readonly id: HandlerId;
  readonly selector: Selector;
  /** `handlers.ts:12`, for messages. */
  readonly place: string;
  readonly param: unknown;
  readonly labels: MetadataCriteria | undefined;
  readonly annotations: MetadataCriteria | undefined;
  readonly when: WhenPredicate | undefined;
  readonly field: FieldPath | undefined;
  /** Only with `field`; `undefined` means presence (spec F-11). */
  readonly value: ValueCriterion | undefined;
}

/** How often and how long (spec H-01). */
export interface RetryPolicy {
  readonly errors: ErrorsMode | undefined;
  /** Overall, from the first attempt, over restarts (spec E-05). */
  readonly timeoutMs: number | undefined;
  /** Attempts in total (spec E-07). */
  readonly retries: number | undefined;
  readonly backoff: Backoff | undefined;
}

/** A handler of changes. One function under one id for several reasons is several of these (spec ). */
export interface ChangeHandler extends DeclaredHandler, RetryPolicy {
  readonly family: 'change';
  /** `undefined`: whatever is being handled. Such are handlers of fields, and sub-handlers (spec H-27, SH-08). */
  readonly reason: Purpose | undefined;
  /** With `field`: only if it differs between old and new. Updates, fields, and what is below them (spec F-14, SH-09). */
  readonly needsChange: boolean;
  readonly fn: ChangeFunction;
  readonly old: ValueCriterion | undefined;
  readonly new: ValueCriterion | undefined;
  /** `resume` only: may run although the object is being deleted (spec H-25). */
  readonly deleted: boolean;
  /** `delete` only: false asks for our finalizer (spec H-22). */
  readonly optional: boolean;
}

export interface EventHandler extends DeclaredHandler {
  readonly family: 'event';
  readonly fn: EventFunction;
}

/** What runs beside the changes of an object, as long as it exists and matches. */
interface Background extends DeclaredHandler, RetryPolicy {
  /** Milliseconds, or a function that is asked at each start. */
  readonly initialDelay: number | InitialDelay;
  /** Asks for our finalizer, so that the object outlives it (design 6.10): a timer's running invocation, a daemon whole. */
  readonly finalizer: boolean;
}

export interface DaemonHandler extends Background {
  readonly family: 'daemon';
  readonly fn: DaemonFunction;
  /** See `DaemonOptions`. */
  readonly cancellationBackoffMs: number | undefined;
  readonly cancellationTimeoutMs: number | undefined;
  readonly cancellationPollingMs: number | undefined;
}

export interface TimerHandler extends Background {
  readonly family: 'timer';
  readonly fn: TimerFunction;
  /** By the clock on the wall; then there is no interval and no `idle`. */
  readonly schedule: Schedule | undefined;
  /** Between the end of one invocation and the start of the next; `undefined`: only after `idle`, or once. */
  readonly intervalMs: number | undefined;
  /** Up to that long, by chance, on top of the initial delay, or of each moment of the schedule. */
  readonly jitterMs: number;
  /** Without essential changes for so long. */
  readonly idleMs: number | undefined;
  /** Aligned to the grid of the interval (spec T-03). */
  readonly sharp: boolean;
  /** Declared by `on.reconcile`: it runs when something changed, not by time. */
  readonly reconciles?: Reconciling | undefined;
}

/** Of `on.reconcile`. */
export interface Reconciling {
  /** The index of what it owns; `undefined` if that is nothing. */
  readonly owned: HandlerId | undefined;
  /** What it reads of other indexes. */
  readonly dependsOn: readonly IndexDependency<never>[];
}

/** Timers and daemons: one family, whose ids are shared (spec T-01). */
export type BackgroundHandler = TimerHandler | DaemonHandler;

/** Computes what one object puts into an index. Several of these, of whatever kinds, may fill one index: that of their id (spec I-01). */
export interface IndexHandler extends DeclaredHandler, RetryPolicy {
  readonly family: 'index';
  readonly fn: IndexFunction;
}

export type AnyHandler = ChangeHandler | EventHandler | BackgroundHandler | IndexHandler;

/** A verdict and, when it is no, who said it and what was found. */
export type MatchVerdict = { readonly matched: true } | { readonly matched: false; readonly filter: FilterName; readonly found?: unknown };
