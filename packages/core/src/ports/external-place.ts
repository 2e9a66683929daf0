import type { KopfError } from '../errors.js';
import type { HandlerId, ObjectUid } from '../model/ids.js';
import type { JsonObject } from '../model/json.js';
import type { Essence, ObjectRef, ObjectView } from '../model/object.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { Resource } from '../model/resource.js';

/** A write to a store outside the cluster; opaque to the engine. */
export interface ExternalWrite {
  readonly key: string;
  readonly payload: unknown;
  /** The version that the store has when it was done; absent: not known before the next load. */
  readonly version?: string | undefined;
}

/** `newer-exists`: somebody wrote since the version that the write was planned on; nothing was written. */
export type CommitResult = 'done' | 'newer-exists';

/** A collection of which all objects are known. */
export interface ListedCollection {
  readonly resource: Resource;
  /** Whether objects of this namespace would be among them. */
  readonly covers: (namespace: string | undefined) => boolean;
  readonly exists: (uid: ObjectUid) => boolean;
}

/**
 * Where stores outside the cluster keep what they keep (decision 21). Stores that name one and the same place share it: what a pass has for
 * them is one commit. While it is away its stores fail with `KOPF_STORE_AWAY`: the object waits until the place is back, without a worker,
 * and is looked at again.
 */
export interface ExternalPlace {
  /**
   * All of them or none.
   *
   * @throws KopfError `KOPF_STORE_AWAY` if it may or may not have been done; the same writes can be committed again.
   */
  commit(writes: readonly ExternalWrite[], signal: AbortSignal): Promise<CommitResult>;
  /** Resolves when it can be reached; at once, if it can now. Rejects when the signal aborts. */
  reachable(signal: AbortSignal): Promise<void>;
  /** Why it cannot be reached now. */
  away(): KopfError | undefined;
  /** Called once, before anything else is asked of it. `uid`: how to learn which cluster this is. */
  begin?(cluster: { uid(signal: AbortSignal): Promise<string> }, signal: AbortSignal): Promise<void>;
  /** The object exists no more: what is kept of it may go, after a while. */
  forget?(object: ObjectRef): void;
  /**
   * Called once, when all collections that are watched since the start were listed: these are all objects of which this place keeps
   * something. Each of them is looked at, if not before, or forgotten. Not called as long as the cluster refuses one of the lists.
   */
  listed?(objects: Iterable<ObjectUid>): void;
  /** What is kept of other objects of the collection may go, after a while. */
  sweep?(collection: ListedCollection): void;
  /**
   * Takes what another store had of an object, of what there is nothing here: whatever an operator writes, or has written, goes before it.
   * For tools.
   */
  take?(moved: MovedState, signal: AbortSignal): Promise<CommitResult>;
  /**
   * Forgets an object at once, as if it had never been handled; also operators that run. With `keepsMemo`, its memo stays: the rest was moved
   * to where no memos are. For tools.
   */
  clear?(object: ObjectView, signal: AbortSignal, how?: { readonly keepsMemo?: boolean }): Promise<CommitResult>;
}

/** What a store has of one object. */
export interface MovedState {
  readonly object: ObjectView;
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  readonly essence: Essence | undefined;
  /** Absent: there is none, or this place keeps none. */
  readonly memo?: JsonObject | undefined;
}
