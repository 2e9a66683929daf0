import type { ActivityKind } from './activity.js';
import type { FilterName } from './filter.js';
import type { HandlerId, ResourceVersion } from './ids.js';
import type { Instant } from './instant.js';
import type { Json } from './json.js';
import type { StopCause } from './handler-function.js';
import type { EventSubject, RecordOutcome } from './kubernetes-event.js';
import type { ObjectRef } from './object.js';
import type { Diff } from './patch.js';
import type { Purpose, Reason } from './progress-record.js';
import type { CollectionRef } from './resource.js';
import type { EventType, WatchHealth } from './watch-event.js';

/** Which part of the engine a handler belongs to. */
export type HandlerFamily = 'change' | 'event' | 'timer' | 'daemon' | 'index';

/**
 * How an attempt ended. Two are no attempts: `cancelled`, because we stopped it ourselves (design 6.11), and `unfinished`, because
 * sub-handlers are left, for which the handler will be called again.
 */
export type AttemptResult = 'succeeded' | 'failed' | 'retry' | 'ignored' | 'cancelled' | 'unfinished';

/** An error in a fact: no stack, no secrets. The original is for log sinks that are asked for it. */
export interface FactError {
  readonly code: string | undefined;
  readonly message: string;
  readonly remedy: string | undefined;
  readonly error: unknown;
}

/** Why the server refuses a value; `field` as the server names it. */
export interface InvalidCause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** A field that two handlers of one pass want to be different things. */
export interface OverwrittenField {
  /** Dotted. */
  readonly field: string;
  /** Who set it first. */
  readonly of: HandlerId;
  /** Who has the last word. */
  readonly by: HandlerId;
}

/** A field that was written, and is not what was written: missing, or something else. */
export interface UnkeptField {
  /** Dotted, for example `status.create_fn`. */
  readonly field: string;
  readonly found: 'pruned' | 'changed';
}

interface OfObject {
  readonly object: ObjectRef;
}

/** What happened in the engine; one stream, consumed by logs, metrics, explanations and tests. */
export type FactBody =
  | { readonly kind: 'operator-started'; readonly name: string | undefined; readonly version: string }
  | {
      readonly kind: 'activity-handler-ended';
      readonly activity: ActivityKind;
      readonly handler: HandlerId;
      readonly attempt: number;
      readonly result: AttemptResult;
      readonly error?: FactError;
      readonly retryInMs?: number;
    }
  | { readonly kind: 'operator-ready'; readonly collections: number }
  /** With an error it was not asked to: something failed without which it cannot go on. */
  | { readonly kind: 'operator-stopping'; readonly why: string; readonly error?: FactError }
  | { readonly kind: 'operator-stopped' }
  | { readonly kind: 'kind-unresolved'; readonly selectors: readonly string[] }
  | {
      readonly kind: 'kind-served';
      readonly of: CollectionRef;
      readonly handlers: readonly HandlerId[];
      /** The label selector that the filters of its handlers make, so that the server leaves out what none of them wants. */
      readonly filteredByServer?: string;
    }
  | { readonly kind: 'kind-refused'; readonly selector: string; readonly error: FactError }
  | { readonly kind: 'kind-released'; readonly of: CollectionRef }
  | { readonly kind: 'watch-health'; readonly of: CollectionRef; readonly state: WatchHealth; readonly error?: FactError }
  | { readonly kind: 'watch-synced'; readonly of: CollectionRef; readonly objects: number; readonly resourceVersion: ResourceVersion }
  | { readonly kind: 'epoch-opened'; readonly of: CollectionRef }
  /** The server says that nothing up to this version was missed: a sign of life of a watch with nothing to tell. */
  | { readonly kind: 'bookmark-seen'; readonly of: CollectionRef; readonly resourceVersion: ResourceVersion }
  | ({
      readonly kind: 'event-seen';
      readonly type: EventType;
      readonly resourceVersion: ResourceVersion;
      readonly inferred: boolean;
    } & OfObject)
  | ({ readonly kind: 'event-dropped'; readonly resourceVersion: ResourceVersion; readonly why: 'echo' | 'older' } & OfObject)
  | ({
      /** A child is as it is to be: `sent` to the cluster, or `known` to be so already. */
      readonly kind: 'child-applied';
      readonly child: EventSubject;
      readonly how: 'sent' | 'known';
    } & OfObject)
  | ({ readonly kind: 'events-merged'; readonly count: number } & OfObject)
  /** A worker looks at it now, after so many milliseconds of waiting for one. */
  | ({ readonly kind: 'turn-taken'; readonly waitedMs: number } & OfObject)
  /** The look that `turn-taken` began is over, with what it wrote. */
  | ({ readonly kind: 'turn-ended'; readonly tookMs: number } & OfObject)
  | ({ readonly kind: 'cause-detected'; readonly reason: Reason; readonly diff: Diff; readonly initial: boolean } & OfObject)
  | ({
      readonly kind: 'handler-skipped';
      readonly handler: HandlerId;
      readonly family: HandlerFamily;
      readonly filter: FilterName;
      readonly found?: unknown;
    } & OfObject)
  /** It is to run for what is being handled, but not in this pass: it has ended before, its next attempt is not due, or the lifecycle left it out. */
  | ({
      readonly kind: 'handler-passed-over';
      readonly handler: HandlerId;
      readonly why: 'succeeded' | 'failed' | 'delayed' | 'lifecycle';
      /** With `delayed`: when it is due. */
      readonly until?: Instant;
    } & OfObject)
  | ({
      readonly kind: 'handler-started';
      readonly handler: HandlerId;
      readonly family: HandlerFamily;
      readonly attempt: number;
      readonly resourceVersion: ResourceVersion;
    } & OfObject)
  | ({
      readonly kind: 'handler-ended';
      readonly handler: HandlerId;
      readonly family: HandlerFamily;
      readonly attempt: number;
      readonly result: AttemptResult;
      readonly tookMs: number;
      readonly error?: FactError;
      readonly retryInMs?: number;
    } & OfObject)
  | ({
      readonly kind: 'pass-superseded';
      readonly old: Purpose;
      readonly by: Purpose;
      readonly succeeded: number;
      readonly failed: number;
      readonly left: number;
    } & OfObject)
  | ({ readonly kind: 'pass-ended'; readonly reason: Purpose; readonly succeeded: number; readonly failed: number } & OfObject)
  | ({ readonly kind: 'pass-held'; readonly plugin: string; readonly why: string } & OfObject)
  | ({ readonly kind: 'finalizer-changed'; readonly change: 'added' | 'removed'; readonly why: string } & OfObject)
  | ({ readonly kind: 'write-sent'; readonly endpoint: 'main' | 'status'; readonly why: string } & OfObject)
  | ({
      readonly kind: 'write-ended';
      readonly endpoint: 'main' | 'status';
      readonly outcome: string;
      readonly resourceVersion?: ResourceVersion;
      readonly error?: FactError;
    } & OfObject)
  | ({
      readonly kind: 'result-dropped';
      readonly handler: HandlerId;
      readonly causes: readonly InvalidCause[];
      readonly message: string;
    } & OfObject)
  /** Once per kind and field: usually the schema of the kind lacks it, or `x-kubernetes-preserve-unknown-fields`. */
  | ({ readonly kind: 'fields-not-kept'; readonly endpoint: 'main' | 'status'; readonly fields: readonly UnkeptField[] } & OfObject)
  /** Once per kind, field and handlers: their order in the code decides what is written. */
  | ({ readonly kind: 'fields-overwritten'; readonly fields: readonly OverwrittenField[] } & OfObject)
  /**
   * Somebody writes these fields of ours, too. Taken away or changed, again and again: three times or more without ten quiet minutes in between. They
   * are put right ever more slowly, at last once a minute. Or overtaken, from the first time on. Told each time: `news` for the `kind`, of which no
   * object was told of the same before, for the `object` alone, or for nobody.
   */
  | ({
      readonly kind: 'notes-contested';
      /**
       * `taken`: away or changed, again and again, while we did nothing. `overtaken`: written by somebody else between our look and our write, which
       * was given up for it; the object is looked at again.
       */
      readonly how: 'taken' | 'overtaken';
      /** Dotted, for example `metadata.finalizers`. */
      readonly fields: readonly string[];
      readonly times: number;
      /** Names under which others write the object, the latest first: it may be any of them, for a server notes no name with what is only removed. */
      readonly managers: readonly string[];
      readonly news: 'kind' | 'object' | 'none';
    } & OfObject)
  /** Once per kind and field: handlers see the nearest number that JavaScript has; what they do not touch keeps its digits. */
  | ({ readonly kind: 'numbers-rounded'; readonly fields: readonly string[] } & OfObject)
  | ({
      readonly kind: 'object-waiting';
      readonly until: Instant;
      readonly why: 'retry' | 'back-off' | 'consistency' | 'store' | 'contested';
      readonly error?: FactError;
    } & OfObject)
  /** Its pass waits for its turn: all workers are busy (`settings.queueing.workerLimit`), or as many of its kind as there is room for are to be written first (`writeLimit`). */
  | ({
      readonly kind: 'turn-awaited';
      readonly urgency: 'deletion' | 'change' | 'retry' | 'initial';
      readonly awaited: 'worker' | 'writes';
    } & OfObject)
  /** A store outside the cluster lost what it had of the object, which counts as handled as it is now. */
  | ({ readonly kind: 'diff-base-adopted' } & OfObject)
  /** `handler`: it is a filter, or a delay, of this one that failed; what runs goes on, what does not is not started. */
  | ({ readonly kind: 'object-failed'; readonly error: FactError; readonly retryInMs: number; readonly handler?: HandlerId } & OfObject)
  | ({ readonly kind: 'object-forgotten' } & OfObject)
  | {
      readonly kind: 'event-recorded';
      readonly about: EventSubject;
      readonly reason: string;
      readonly outcome: RecordOutcome['kind'];
      readonly error?: FactError;
    }
  | ({ readonly kind: 'timer-spawned'; readonly handler: HandlerId } & OfObject)
  | ({ readonly kind: 'timer-ended'; readonly handler: HandlerId; readonly why: string } & OfObject)
  | ({ readonly kind: 'daemon-spawned'; readonly handler: HandlerId } & OfObject)
  /** A timer or daemon has nothing to do before `until`; without: before something happens. */
  | ({
      readonly kind: 'task-waiting';
      readonly handler: HandlerId;
      readonly why: 'initial-delay' | 'interval' | 'idle' | 'schedule' | 'change';
      readonly until?: Instant;
    } & OfObject)
  /** It was told to stop and has not ended yet: the flag is raised, its signal was aborted, too, or there is nothing to do but to wait. */
  | ({
      readonly kind: 'daemon-stopping';
      readonly handler: HandlerId;
      readonly stage: 'signalled' | 'cancelled' | 'still-exiting';
      readonly why: StopCause;
      readonly nextCheckInMs: number;
    } & OfObject)
  | ({ readonly kind: 'daemon-ended'; readonly handler: HandlerId; readonly why: string } & OfObject)
  /**
   * It ignores that it was told to stop, or that its `timeout` is over: it runs on, and nobody waits for it. `abandoned` counts all such of
   * the operator that still run.
   */
  | ({
      readonly kind: 'handler-abandoned';
      readonly handler: HandlerId;
      readonly family: 'change' | 'timer' | 'daemon';
      readonly why: StopCause | 'timed-out';
      readonly abandoned: number;
    } & OfObject)
  | {
      readonly kind: 'logged';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly object?: ObjectRef;
      /** Never becomes a Kubernetes Event: a line of an event handler (spec H-15). */
      readonly local?: true;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'plugin'; readonly plugin: string; readonly name: string; readonly data: Json };

/** A fact and when it happened. Consumers keep a default branch: a new kind is a minor release. */
export type Fact = FactBody & { readonly at: Instant };
