import type { HandlerId, ObjectUid, ResourceVersion } from './ids.js';
import type { ObjectRef } from './object.js';
import type { CollectionRef } from './resource.js';

/** What an operator holds in memory at one moment. */
export interface OperatorInspection {
  readonly collections: readonly CollectionInspection[];
  /** In the order of their declaration, with those of what `on.reconcile` owns. */
  readonly indexes: readonly IndexInspection[];
  /** Timers and daemons that ignored that they were told to stop, and handlers that ignored that their `timeout` was over, and still run. */
  readonly abandoned: readonly AbandonedTask[];
}

/** An index in memory. */
export interface IndexInspection {
  readonly id: HandlerId;
  readonly keys: number;
  /** Those that have something in it. */
  readonly objects: number;
}

/** A timer, daemon or handler of changes that nobody waits for any more. */
export interface AbandonedTask {
  readonly object: ObjectRef;
  readonly handler: HandlerId;
  readonly family: 'change' | 'timer' | 'daemon';
}

/** What of a kind is asked for: what `settings.watching` says, and what the filters of its handlers do. */
export interface SelectionInspection {
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
  readonly shardSelector?: string | undefined;
  /** The part of the label selector that is made of the filters of handlers. */
  readonly fromHandlers?: string | undefined;
}

/** One watched collection. */
export interface CollectionInspection {
  readonly of: CollectionRef;
  /** Its first list is complete. */
  readonly synced: boolean;
  /** Nothing of it is handled before the indexes are complete. */
  readonly awaitsIndexes: boolean;
  /** What the server was asked for, where that is not everything. */
  readonly selection: SelectionInspection | undefined;
  readonly objects: readonly ObjectInspection[];
}

/** One object of it. */
export interface ObjectInspection {
  readonly uid: ObjectUid;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Of the newest state; `undefined` after versions fell. */
  readonly resourceVersion: ResourceVersion | undefined;
  /** Nothing needs its body, so it is not kept. */
  readonly resting: boolean;
  /** Events that wait for its event handlers. */
  readonly queuedEvents: number;
  /** A pass over it runs, waits for its turn, or waits to be repeated. */
  readonly inPass: boolean;
  /** Its pass waits for its turn: all workers are busy. */
  readonly awaitsTurn: boolean;
  /** What was found was handled completely at least once since the operator started, or needed nothing. */
  readonly handled: boolean;
  readonly timers: readonly HandlerId[];
  readonly daemons: readonly HandlerId[];
}
