import type { HandlerId, ObjectUid, ResourceVersion } from './ids.js';
import type { CollectionRef } from './resource.js';

/** What an operator holds in memory at one moment. */
export interface OperatorInspection {
  readonly collections: readonly CollectionInspection[];
}

/** One watched collection. */
export interface CollectionInspection {
  readonly of: CollectionRef;
  /** Its first list is complete. */
  readonly synced: boolean;
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
  readonly timers: readonly HandlerId[];
}
