import type { Fact, HandlerFamily } from './fact.js';
import type { HandlerId, ObjectUid, ResourceVersion } from './ids.js';
import type { Instant } from './instant.js';
import type { ObjectRef } from './object.js';

/** Which object to explain: as the engine names it, or as a person does. */
export type ExplainedRef =
  | ObjectRef
  | {
      /** As in selectors: `'KopfExample'`, `'kopfexamples'`, `'kopfexamples.v1.kopf.dev'`; the case of letters does not matter. */
      readonly kind: string;
      /** Without: cluster-scoped, or in any namespace. */
      readonly namespace?: string | undefined;
      readonly name: string;
    };

export interface ExplainOptions {
  /** Only this handler, and what is below it (`ID/spec.field`, sub-handlers); default: all that are declared for the kind. */
  readonly handler?: HandlerId | undefined;
}

/** Why something happens, or does not. Consumers keep a default branch: a new code is a minor release. */
export type ExplanationCode =
  // of the operator and of the kind
  | 'starting'
  | 'stopping'
  | 'no-such-kind'
  | 'kind-refused'
  | 'no-handlers'
  | 'namespace-not-covered'
  | 'no-permission'
  | 'watch-down'
  | 'not-listed'
  | 'waiting-for-indexes'
  | 'event-handlers-only'
  // of the object
  | 'unknown-object'
  | 'deleted'
  | 'held'
  | 'waiting-for-consistency'
  | 'waiting-for-store'
  | 'waiting-for-worker'
  | 'waiting-for-writes'
  | 'waiting-for-retry'
  | 'back-off'
  | 'contested'
  | 'write-refused'
  | 'in-progress'
  | 'finalizer-only'
  | 'unchanged'
  | 'deleted-by-others'
  | 'already-handled'
  | 'adopted'
  | 'handled'
  | 'forgotten'
  // of a handler
  | 'unknown-handler'
  | 'other-kind'
  | 'filtered'
  | 'other-cause'
  | 'undecided'
  | 'running'
  | 'succeeded'
  | 'failed-for-good'
  | 'retries-exhausted'
  | 'timed-out'
  | 'error-ignored'
  | 'cancelled'
  | 'waiting-for-sub-handlers'
  | 'superseded'
  | 'left-out-by-lifecycle'
  | 'result-refused'
  | 'not-due'
  | 'idle-awaited'
  | 'change-awaited'
  | 'task-started'
  | 'task-ended'
  | 'task-stopping'
  | 'task-abandoned';

/** One reason, for programs and for people. */
export interface ExplanationReason {
  readonly code: ExplanationCode;
  /** A sentence. */
  readonly text: string;
  readonly since?: Instant;
  /** When it goes on by itself, at the latest. */
  readonly until?: Instant;
}

/** One handler. */
export interface HandlerExplanation {
  readonly id: HandlerId;
  /** `create`, `update`, `field`, `event`, `timer`, …; all of them for one function under one id. Empty for a sub-handler, or an unknown one. */
  readonly declaredFor: readonly string[];
  readonly family: HandlerFamily | undefined;
  /** `handlers.ts:12`. */
  readonly place: string | undefined;
  /** What matters most comes first. */
  readonly reasons: readonly ExplanationReason[];
}

/** Something that happened, in a sentence. */
export interface ExplanationStep {
  readonly at: Instant;
  readonly fact: Fact['kind'];
  readonly handler?: HandlerId;
  readonly text: string;
}

/** Why handlers ran for an object, or not. All of it is data: it survives JSON. */
export interface Explanation {
  /** Of this format. */
  readonly version: 1;
  /** Name of the operator; null: it has none. */
  readonly operator: string | null;
  /** When it was asked. */
  readonly at: Instant;
  readonly object: {
    /** `kopfexamples.v1.kopf.dev`, or as it was asked for. */
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: ObjectUid;
    /** Of the newest state that was seen. */
    readonly resourceVersion?: ResourceVersion;
  };
  /** Of the object as a whole; what matters most comes first. */
  readonly reasons: readonly ExplanationReason[];
  readonly handlers: readonly HandlerExplanation[];
  /** What happened to the object, oldest first, as far as it is remembered. */
  readonly story: readonly ExplanationStep[];
  /** The latest about the operator and the watch. */
  readonly around: readonly ExplanationStep[];
  /** Facts about the object that are not remembered any more. */
  readonly forgotten: number;
}
