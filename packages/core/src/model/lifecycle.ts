import type { HandlerId } from './ids.js';
import type { HandlerLogger } from './handler-logger.js';
import type { ObjectBody, ObjectMeta } from './object.js';
import type { Diff } from './patch.js';
import type { Purpose } from './progress-record.js';
import type { Resource } from './resource.js';

/** A handler that could run now. */
export interface LifecycleCandidate {
  readonly id: HandlerId;
  /** The `param` option of the registration. */
  readonly param: unknown;
}

/** What is known about the attempts of one handler. */
export interface HandlerState {
  /** First selection, by the wall clock. */
  readonly started: Date;
  /** Seconds since `started`. */
  readonly runtime: number;
  /** Attempts made so far. */
  readonly retries: number;
  /** Earliest next attempt, if one is scheduled. */
  readonly delayed: Date | undefined;
  /** There was a final outcome: `success` or `failure`. */
  readonly finished: boolean;
  readonly success: boolean;
  readonly failure: boolean;
  /** Not finished, and its delay is not over. */
  readonly sleeping: boolean;
  /** Neither finished nor sleeping. */
  readonly awakened: boolean;
}

/* eslint-disable @typescript-eslint/no-explicit-any -- lifecycles serve all kinds: spec, status and memo are any-valued on purpose (design 2) */

/** What lifecycles are told besides the candidates: the state of all handlers, chance, and the arguments of filters. */
export interface LifecycleArgs {
  /** By id, also of handlers that are not due. */
  readonly state: ReadonlyMap<HandlerId, HandlerState>;
  /** In [0, 1). The only chance that a lifecycle should use: simulations repeat it. */
  readonly random: () => number;
  readonly body: ObjectBody & { readonly [stanza: string]: any };
  readonly spec: any;
  readonly status: any;
  readonly meta: ObjectMeta;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly memo: any;
  readonly logger: HandlerLogger;
  readonly resource: Resource;
  readonly reason: Purpose;
  readonly old: any;
  readonly new: any;
  readonly diff: Diff;
}

/* eslint-enable @typescript-eslint/no-explicit-any */

/**
 * Which of the handlers that are due run in this pass, and in which order (spec L-01). Synchronous. What it leaves out stays due; if it
 * leaves out all, the object is looked at again after a second.
 */
export type Lifecycle = (candidates: readonly LifecycleCandidate[], args: LifecycleArgs) => Iterable<LifecycleCandidate>;
