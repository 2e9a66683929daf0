import type { ResourceVersion } from '../model/ids.js';
import type { Essence, ObjectView } from '../model/object.js';
import type { FieldPath, MergePatch } from '../model/patch.js';
import type { CommitResult, ExternalPlace, ExternalWrite } from './external-place.js';
import type { StorePlan } from './progress-store.js';

export interface LoadedDiffBase {
  /** The essence handled last; absent if there is none. */
  readonly essence: Essence | undefined;
  readonly version: string | undefined;
  /** There was one, and the store lost it, or has only an older one. Absent: nothing was lost. */
  readonly lost?: LostDiffBase | undefined;
  /**
   * The object had this version, or an older one, when it was handled so: whoever sees an even older one has to wait for what the other one
   * saw. For stores outside of the cluster, which may be ahead of a watch. Absent: not known.
   */
  readonly objectVersion?: ResourceVersion | undefined;
}

/**
 * What to do with an object whose essence the store lost, or knows only by a hash. `adopt`: it counts as handled as it is now, which is
 * written. `same`: it is known to be as it was handled; nothing is written. `changed`: it is known to have changed
 * since, but not what: an update of what is left of the old essence. `rehandle`: it is handled as a new one.
 */
export interface LostDiffBase {
  /** Pure. `fresh`: the essence that the object has now. */
  judge(fresh: Essence): 'adopt' | 'same' | 'changed' | 'rehandle';
}

export interface DiffBaseChange {
  readonly object: ObjectView;
  readonly essence: Essence;
}

/**
 * Where the essence handled last is kept. As text it is written by `stringifyJson` and read by `parseJson`, or large numbers would be
 * rounded. Contract: `diffBaseStoreContract`.
 */
export interface DiffBaseStore {
  /** As in `ProgressStore`. */
  load(objects: readonly ObjectView[], signal: AbortSignal): readonly LoadedDiffBase[] | Promise<readonly LoadedDiffBase[]>;
  /** Pure. */
  plan(change: DiffBaseChange, seen: LoadedDiffBase): StorePlan;
  commit?(write: ExternalWrite, signal: AbortSignal): Promise<CommitResult>;
  /** As in `ProgressStore`. */
  readonly place?: ExternalPlace | undefined;
  /** As in `ProgressStore`. */
  readonly endpoint?: 'main' | undefined;
  /** As in `ProgressStore`. */
  notKept?(answer: ObjectView, wanted: MergePatch): boolean;
  ownsAnnotation(key: string): boolean;
  /** A field under `status` that belongs to the store: it never counts as a change of the object. */
  readonly ownsField?: FieldPath | undefined;
  /** More of them. */
  readonly ownsFields?: readonly FieldPath[] | undefined;
  /** As in `ProgressStore`. */
  readonly keptIn?: readonly FieldPath[] | undefined;
  /** Fields of the object that never count as a change (spec ST-40). */
  readonly ignoredFields?: readonly FieldPath[] | undefined;
}
