import type { KopfError } from '../errors.js';
import type { ObjectView } from '../model/object.js';
import type { HandlerId } from '../model/ids.js';
import type { MergePatch } from '../model/patch.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { CommitResult, ExternalPlace, ExternalWrite } from './external-place.js';

/** What a plan wants: a part of the object's own patch, a write elsewhere, or nothing. */
export interface StorePlan {
  readonly patch?: MergePatch;
  readonly commit?: ExternalWrite;
  /** The store cannot keep it, today or tomorrow: nothing is to be written, and the engine goes on with what it remembers. Diff bases only. */
  readonly refused?: KopfError;
}

/** Which object, and whose records. */
export interface ProgressQuery {
  readonly object: ObjectView;
  readonly handlers: readonly HandlerId[];
}

/** The records of one object, and the version of the store they were read at. */
export interface LoadedProgress {
  readonly records: ReadonlyMap<HandlerId, ProgressRecord>;
  readonly version: string | undefined;
}

/** Records to write and to forget. */
export interface ProgressChange {
  readonly object: ObjectView;
  readonly store: ReadonlyMap<HandlerId, ProgressRecord>;
  readonly purge: readonly HandlerId[];
}

/** Where progress over several attempts is kept. Contract: `progressStoreContract`. */
export interface ProgressStore {
  /** At once where all of it is on the object: nobody waits for that. */
  load(queries: readonly ProgressQuery[], signal: AbortSignal): readonly LoadedProgress[] | Promise<readonly LoadedProgress[]>;
  /** Pure. Purging what is not there costs nothing. */
  plan(change: ProgressChange, seen: LoadedProgress): StorePlan;
  commit?(write: ExternalWrite, signal: AbortSignal): Promise<CommitResult>;
  /** Where its commits go, if that may be away, or is shared with the other store. */
  readonly place?: ExternalPlace | undefined;
  /** Where its plans write, if always there: `'main'` lets the engine send results without asking for plans first. */
  readonly endpoint?: 'main' | undefined;
  /**
   * The answer of a write that held a plan of this store, and what that write put on the object. True if some of it is missing there, and the
   * store plans for another place from now on: it is asked for plans again at once.
   */
  notKept?(answer: ObjectView, wanted: MergePatch): boolean;
  /** Annotations of this store never count as a change of the object (spec C-06). */
  ownsAnnotation(key: string): boolean;
  /** A field under `status` that belongs to the store, with the same meaning. */
  readonly ownsField?: readonly string[] | undefined;
  /** More of them. */
  readonly ownsFields?: readonly (readonly string[])[] | undefined;
  /** The fields under `status` that it writes, where it owns more than that together with others. For tools, which take away these. */
  readonly keptIn?: readonly (readonly string[])[] | undefined;
}
