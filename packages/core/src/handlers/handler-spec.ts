import type { Backoff } from '../model/backoff-policy.js';
import type { FilterName, MetadataCriteria, ValueCriterion } from '../model/filter.js';
import type { ChangeFunction, EventFunction, IndexFunction, TimerFunction, WhenPredicate } from '../model/handler-function.js';
import type { HandlerId } from '../model/ids.js';
import type { FieldPath } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import type { ErrorsMode } from '../model/retry-options.js';
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

export interface TimerHandler extends DeclaredHandler, RetryPolicy {
  readonly family: 'timer';
  readonly fn: TimerFunction;
  /** Between the end of one invocation and the start of the next; `undefined`: only after `idle`, or once. */
  readonly intervalMs: number | undefined;
  readonly initialDelayMs: number;
  /** Without essential changes for so long. */
  readonly idleMs: number | undefined;
  /** Aligned to the grid of the interval (spec T-03). */
  readonly sharp: boolean;
  /** Asks for our finalizer, so that the object outlives the running invocation (design 6.10). */
  readonly finalizer: boolean;
}

/** Computes what one object puts into an index. Several of these, of whatever kinds, may fill one index: that of their id (spec I-01). */
export interface IndexHandler extends DeclaredHandler, RetryPolicy {
  readonly family: 'index';
  readonly fn: IndexFunction;
}

export type AnyHandler = ChangeHandler | EventHandler | TimerHandler | IndexHandler;

/** A verdict and, when it is no, who said it and what was found. */
export type MatchVerdict = { readonly matched: true } | { readonly matched: false; readonly filter: FilterName; readonly found?: unknown };
