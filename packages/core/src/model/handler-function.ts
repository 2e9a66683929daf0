import type { ObjectBody, ObjectMeta } from './object.js';
import type { Diff, Patch, TypedPatch } from './patch.js';
import type { Purpose } from './progress-record.js';
import type { Resource } from './resource.js';
import type { EventType } from './watch-event.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- untyped kinds have any-valued spec, status, body and memo on purpose (design 2) */

/** Where handlers write what happened; every line carries the object's identity. */
export interface HandlerLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

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
  /** The `param` option of the registration. */
  readonly param: any;
  /** 0 on the first attempt. */
  readonly retry: number;
  /** First attempt, by the wall clock. */
  readonly started: Date;
  /** Seconds since `started`. */
  readonly runtime: number;
  /** Aborts when the operator stops or the handler is no longer wanted. */
  readonly signal: AbortSignal;
}

/** For handlers of creation, update, deletion and resumption. */
export interface ChangeArgs<Spec = any, Status = any, Memo = any> extends HandlerArgs<Spec, Status, Memo> {
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

/** Tells a timer or daemon to come to an end. */
export interface StopFlag {
  /** Whether it is raised. */
  isSet(): boolean;
  readonly reason: StopReason | undefined;
}
export type StopReason = 'filters-mismatch' | 'object-deleted' | 'operator-stopping';

/** For timers. The views are those of the newest state when the invocation starts. */
export interface TimerArgs<Spec = any, Status = any, Memo = any> extends HandlerArgs<Spec, Status, Memo> {
  readonly stopped: StopFlag;
}

/** What may be returned: nothing, or JSON that goes to `status.{handler id}` (spec RS-01). */
export type HandlerResult = unknown;
export type ChangeFunction<Spec = any, Status = any, Memo = any> = (args: ChangeArgs<Spec, Status, Memo>) => HandlerResult;
export type EventFunction<Spec = any, Status = any, Memo = any> = (args: EventArgs<Spec, Status, Memo>) => HandlerResult;
export type TimerFunction<Spec = any, Status = any, Memo = any> = (args: TimerArgs<Spec, Status, Memo>) => HandlerResult;

/** A `when` filter: called last, synchronously; truthy means match (spec F-17). */
export type WhenPredicate<Args = any> = (args: Omit<Args, 'param' | 'retry' | 'started' | 'runtime' | 'stopped' | 'signal'>) => unknown;
