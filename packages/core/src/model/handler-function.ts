import type { Duration } from './duration.js';
import type { MetadataCriteria, ValueCriterion } from './filter.js';
import type { HandlerLogger } from './handler-logger.js';
import type { Lifecycle } from './lifecycle.js';
import type { ObjectBody, ObjectMeta } from './object.js';
import type { IndexLookup } from './object-index.js';
import type { Diff, FieldSpec, Patch, TypedPatch } from './patch.js';
import type { Purpose } from './progress-record.js';
import type { Resource } from './resource.js';
import type { RetryOptions } from './retry-options.js';
import type { EventType } from './watch-event.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- untyped kinds have any-valued spec, status, body and memo on purpose (design 2) */

/** The body of an untyped kind. */
export type AnyBody = ObjectBody & { readonly [stanza: string]: any };

/** What every handler of objects gets: one argument, read-only except `patch` and `memo` (parity spec section 16). */
export interface HandlerArgs<Spec = any, Status = any, Memo = any> {
  readonly body: unknown extends Spec ? AnyBody : ObjectBody & { readonly spec: Spec; readonly status?: Status };
  /** Empty if absent; so are `status`, `labels`, `annotations`. */
  readonly spec: Spec;
  readonly status: Status;
  readonly meta: ObjectMeta;
  readonly name: string;
  /** `undefined` for cluster-scoped objects. */
  readonly namespace: string | undefined;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** What is put here goes to the object after the pass. */
  readonly patch: unknown extends Spec ? Patch : TypedPatch<Spec, Status>;
  /** Shared by all handlers of one object while the operator runs; lost at restart (spec M-05). */
  readonly memo: Memo;
  readonly logger: HandlerLogger;
  readonly resource: Resource;
  /** `index(token)`: the index that `kopf.index` returned the token of. At run time also a property by its id, as in Kopf. */
  readonly index: IndexLookup;
  /** The `param` option of the registration. */
  readonly param: any;
  /** 0 on the first attempt. */
  readonly retry: number;
  /** First attempt, by the wall clock. */
  readonly started: Date;
  /** Seconds since `started`. */
  readonly runtime: number;
  /** Aborts when the operator stops, the handler is no longer wanted, or its `timeout` is over. */
  readonly signal: AbortSignal;
}

/** For handlers of creation, update, deletion and resumption. */
export interface ChangeArgs<Spec = any, Status = any, Memo = any> extends HandlerArgs<Spec, Status, Memo>, SubHandling<Spec, Status, Memo> {
  readonly reason: Purpose;
  /** Essences, not bodies (spec K-10): `old` is undefined on creation. Reduced to the field where one is declared. */
  readonly old: any;
  readonly new: any;
  readonly diff: Diff;
}

/** For `on.event`. */
export interface EventArgs<Spec = any, Status = any, Memo = any> extends HandlerArgs<Spec, Status, Memo> {
  /** null for objects that a list found (spec H-10). */
  readonly type: EventType;
  readonly event: { readonly type: EventType; readonly object: ObjectBody };
}

/** For `kopf.index`. `patch` has no effect here, and other indexes may be filled in parts only. */
export type IndexArgs<Spec = any, Status = any, Memo = any> = HandlerArgs<Spec, Status, Memo>;

/** Tells a timer or daemon to come to an end (spec DM-20..DM-23). Works when taken out of the argument. */
export interface StopFlag {
  /** Whether it is raised. Never lowered again. */
  readonly isSet: () => boolean;
  /** What it was raised for first; `undefined` while it is not raised. */
  readonly reason: StopReason | undefined;
  /** All reasons so far, in their order. */
  readonly reasons: readonly StopReason[];
  /**
   * Resolves when it is raised, or after that long (a number is seconds; default: no limit). Never rejects for that. Whether it is raised.
   *
   * @throws InvalidOptionError `KOPF_INVALID_OPTION` for what is no duration.
   * @example while (!(await stopped.wait(5))) await ping();
   */
  readonly wait: (timeout?: Duration) => Promise<boolean>;
}

/** Why a timer or daemon is told to stop. `handler-replaced`: another declaration takes its place, as after a save in `kopf dev`. */
export type StopCause = 'filters-mismatch' | 'object-deleted' | 'operator-stopping' | 'handler-replaced';

/**
 * What the flag says: why, and how far it has come: `signalled` (within `cancellationBackoff`), `cancelled` (the signal was aborted),
 * `abandoned` (nobody waits any more), `done` (the task has ended, whatever still holds the flag).
 */
export type StopReason = StopCause | 'signalled' | 'cancelled' | 'abandoned' | 'done';

/**
 * For daemons. The views (`body spec status meta labels annotations`) are live: each look is a look at the newest state. The signal aborts
 * `cancellationBackoff` after the flag was raised.
 */
export interface DaemonArgs<Spec = any, Status = any, Memo = any> extends HandlerArgs<Spec, Status, Memo> {
  readonly stopped: StopFlag;
}

/** For timers. The views (`body spec status meta labels annotations`) are live: each look is a look at the newest state. */
export interface TimerArgs<Spec = any, Status = any, Memo = any> extends HandlerArgs<Spec, Status, Memo> {
  readonly stopped: StopFlag;
}

/** What may be returned: nothing, or JSON that goes to `status.{handler id}` (spec RS-01). */
export type HandlerResult = unknown;
export type ChangeFunction<Spec = any, Status = any, Memo = any> = (args: ChangeArgs<Spec, Status, Memo>) => HandlerResult;
export type EventFunction<Spec = any, Status = any, Memo = any> = (args: EventArgs<Spec, Status, Memo>) => HandlerResult;
export type DaemonFunction<Spec = any, Status = any, Memo = any> = (args: DaemonArgs<Spec, Status, Memo>) => HandlerResult;
export type TimerFunction<Spec = any, Status = any, Memo = any> = (args: TimerArgs<Spec, Status, Memo>) => HandlerResult;

/** A mapping is merged into the index; anything else goes under the key null; nothing leaves what is there (spec I-05..I-07). */
export type IndexFunction<Spec = any, Status = any, Memo = any> = (args: IndexArgs<Spec, Status, Memo>) => unknown;

/** What callbacks of options get: the arguments of the handler, without those of an attempt. */
export type CallbackArgs<Args> = Omit<Args, 'param' | 'retry' | 'started' | 'runtime' | 'stopped' | 'signal' | 'register' | 'execute'>;

/** A `when` filter: called last, synchronously; truthy means match (spec F-17). */
export type WhenPredicate<Args = any> = (args: CallbackArgs<Args>) => unknown;

/** An `initialDelay` that depends on the object: asked at each start, synchronously (spec DM-07). */
export type InitialDelay<Args = any> = (args: CallbackArgs<Args>) => Duration;

/** Of `register`: sub-handlers have no selector and no reason, everything else is as for their parents (spec SH-08). */
export interface SubHandlerOptions<Spec = any, Status = any, Memo = any> extends RetryOptions {
  /** Persisted on objects as `{parent's id}/{id}`. Default: the name of the function; without one it must be given. */
  readonly id?: string | undefined;
  /** Passed back as `param`, to tell several registrations of one function apart. */
  readonly param?: unknown;
  /** All must match: a value, `PRESENT`, `ABSENT`, or `(value, args) => boolean`. */
  readonly labels?: MetadataCriteria | undefined;
  readonly annotations?: MetadataCriteria | undefined;
  /** Asked last. Synchronous. */
  readonly when?: WhenPredicate<ChangeArgs<Spec, Status, Memo>> | undefined;
  /**
   * A field of what the parent handles: `'spec.replicas'`, relative to the parent's own `field` if it has one. Below handlers of updates
   * and fields it must have changed, below others it must be present.
   */
  readonly field?: FieldSpec | undefined;
  /** Needs `field`. */
  readonly value?: ValueCriterion | undefined;
  /** Needs `field`, excludes `value`; only below handlers of updates and fields. */
  readonly old?: ValueCriterion | undefined;
  /** Needs `field`, excludes `value`; only below handlers of updates and fields. */
  readonly new?: ValueCriterion | undefined;
}

/** Of `execute`. */
export interface ExecuteOptions {
  /** Which of them run in this pass. Default: `settings.execution.lifecycle`. */
  readonly lifecycle?: Lifecycle | undefined;
}

/** Functions by their ids, or functions whose names are the ids. */
export type SubHandlerFunctions<Spec = any, Status = any, Memo = any> =
  Readonly<Record<string, ChangeFunction<Spec, Status, Memo>>> | Iterable<ChangeFunction<Spec, Status, Memo>>;

/** What handlers of changes do with sub-handlers; works when taken out of the argument. */
export interface SubHandling<Spec = any, Status = any, Memo = any> {
  /**
   * Declares a sub-handler. It runs after this handler has returned, or with `execute()`.
   *
   * @returns the function.
   * @throws InvalidOptionError, UnknownOptionError, DuplicateIdError; OutsideOfHandlerError `KOPF_OUTSIDE_OF_HANDLER` after the handler has ended.
   */
  readonly register: <Fn extends ChangeFunction<Spec, Status, Memo>>(fn: Fn, options?: SubHandlerOptions<Spec, Status, Memo>) => Fn;
  /**
   * Runs sub-handlers now: those given, or those registered so far. Resolves when all of them are finished. Until then it rejects, which
   * ends this attempt of the handler: it is called again when they are due, and what is finished is not repeated.
   *
   * @throws as `register` does.
   */
  readonly execute: (functions?: SubHandlerFunctions<Spec, Status, Memo>, options?: ExecuteOptions) => Promise<void>;
}
