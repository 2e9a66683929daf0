import type { Essence, ObjectView } from '../model/object.js';
import type { ExternalWrite, StorePlan } from './progress-store.js';

export interface LoadedDiffBase {
  /** The essence handled last; absent if there is none. */
  readonly essence: Essence | undefined;
  readonly version: string | undefined;
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
  load(objects: readonly ObjectView[], signal: AbortSignal): Promise<readonly LoadedDiffBase[]>;
  /** Pure. */
  plan(change: DiffBaseChange, seen: LoadedDiffBase): StorePlan;
  commit?(write: ExternalWrite, signal: AbortSignal): Promise<'done' | 'newer-exists'>;
  /** As in `ProgressStore`. */
  readonly endpoint?: 'main' | undefined;
  ownsAnnotation(key: string): boolean;
}
