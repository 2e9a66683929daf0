import type { JsonObject } from '../model/json.js';
import type { ObjectView } from '../model/object.js';
import type { CommitResult, ExternalPlace, ExternalWrite } from './external-place.js';

/** The memo of one object as it was stored last. */
export interface LoadedMemo {
  /** Absent if there is none. */
  readonly memo: JsonObject | undefined;
  readonly version: string | undefined;
  /** The store lost it, or has only an older one: what the process knows goes before it. Absent: nothing was lost. */
  readonly lost?: boolean | undefined;
}

export interface MemoChange {
  readonly object: ObjectView;
  /** All of it. */
  readonly memo: JsonObject;
}

/**
 * Where memos of objects outlive the operator (spec M-05). Always outside of the objects: a memo may change at any moment, and is no change
 * of its object. Contract: `memoStoreContract`.
 */
export interface MemoStore {
  load(objects: readonly ObjectView[], signal: AbortSignal): Promise<readonly LoadedMemo[]>;
  /** Pure. */
  plan(change: MemoChange, seen: LoadedMemo): ExternalWrite;
  commit(write: ExternalWrite, signal: AbortSignal): Promise<CommitResult>;
  /** As in `ProgressStore`. */
  readonly place?: ExternalPlace | undefined;
}
