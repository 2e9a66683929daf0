// Where the memory of an operator goes if the cluster does not keep it in the status (ST-29).
import { resolveField, resourceName } from '@kopfts/core';
import type {
  DiffBaseStore,
  FieldPath,
  HandlerId,
  LoadedDiffBase,
  LoadedProgress,
  MergePatch,
  ObjectView,
  ProgressRecord,
  ProgressStore,
  StorePlan,
} from '@kopfts/core';

/** How many kinds are remembered; beyond it the oldest is tried, and reported, again. */
const REMEMBERED = 1000;

/** Kinds whose schema does not keep a field of the status. The cluster drops it without a word, and only its answer shows it. */
export interface PrunedKinds {
  has(object: ObjectView): boolean;
  /** Whether the answer of a write lacks what the write had put into the field. */
  notice(answer: ObjectView, wanted: MergePatch): boolean;
}

/** `report` is called once for each kind. */
export function createPrunedKinds(field: FieldPath, report: (object: ObjectView) => void): PrunedKinds {
  const kinds = new Set<string>();
  return {
    has: ({ ref }) => kinds.has(resourceName(ref.resource)),
    notice(answer, wanted) {
      const { value } = resolveField(wanted, field);
      if (value === undefined || value === null || resolveField(answer.body, field).present) return false;
      const kind = resourceName(answer.ref.resource);
      if (kinds.has(kind)) return true;
      const [oldest] = kinds;
      if (kinds.size >= REMEMBERED && oldest !== undefined) kinds.delete(oldest);
      kinds.add(kind);
      report(answer);
      return true;
    },
  };
}

/** Two stores of one purpose: what the status does not keep is in the annotations. */
export interface StatusAndAnnotations<Store> {
  readonly status: Store;
  readonly annotations: Store;
  /** Of the field of the status. */
  readonly pruned: PrunedKinds;
}

const NO_RECORDS: LoadedProgress = { records: new Map<HandlerId, ProgressRecord>(), version: undefined };
const NO_DIFF_BASE: LoadedDiffBase = { essence: undefined, version: undefined };

/**
 * Each process tries the status first, once for a kind, whose schema may have been put right since. The annotations are read in any case: what
 * the process before put there is known to the next one.
 */
export function createFallbackProgressStore({ status, annotations, pruned }: StatusAndAnnotations<ProgressStore>): ProgressStore {
  return {
    ...status,
    load: (queries, signal) => joined([status.load(queries, signal), annotations.load(queries, signal)], allRecords),
    plan(change, seen) {
      if (pruned.has(change.object)) return annotations.plan(change, seen);
      const leftovers = annotations.plan({ ...change, store: new Map<HandlerId, ProgressRecord>() }, seen);
      return together(status.plan(change, seen), leftovers.patch);
    },
    notKept: (answer, wanted) => pruned.notice(answer, wanted),
    ownsAnnotation: (key) => annotations.ownsAnnotation(key),
  };
}

function allRecords(first: LoadedProgress = NO_RECORDS, second: LoadedProgress = NO_RECORDS): LoadedProgress {
  if (second.records.size === 0) return first;
  return { ...first, records: new Map([...second.records, ...first.records]) };
}

/** As for progress. Where the status keeps it, what the annotations have of before goes with the next write. */
export function createFallbackDiffBaseStore(
  field: FieldPath,
  { status, annotations, pruned }: StatusAndAnnotations<DiffBaseStore>,
): DiffBaseStore {
  return {
    ...status,
    load: (objects, signal) =>
      joined([status.load(objects, signal), annotations.load(objects, signal)], (first = NO_DIFF_BASE, second = NO_DIFF_BASE) =>
        first.essence === undefined ? second : first,
      ),
    plan(change, seen) {
      const { object } = change;
      if (pruned.has(object)) return annotations.plan(change, seen);
      const isKept = resolveField(object.body, field).present;
      return together(status.plan(change, seen), isKept ? withoutAnnotations(object, annotations) : undefined);
    },
    notKept: (answer, wanted) => pruned.notice(answer, wanted),
    ownsAnnotation: (key) => annotations.ownsAnnotation(key),
  };
}

/** At once where all of it is on the object. */
function joined<T>([first, second]: readonly [Loaded<T>, Loaded<T>], join: (one?: T, other?: T) => T): Loaded<T> {
  const all = (ones: readonly T[], others: readonly T[]): readonly T[] => ones.map((one, index) => join(one, others[index]));
  if (first instanceof Promise || second instanceof Promise)
    return Promise.all([first, second]).then(([ones, others]) => all(ones, others));
  return all(first, second);
}

type Loaded<T> = readonly T[] | Promise<readonly T[]>;

/** The status of the first counts, where both have something to say of it. */
function together(plan: StorePlan, more: MergePatch | undefined): StorePlan {
  return more === undefined ? plan : { ...plan, patch: { ...more, ...plan.patch } };
}

function withoutAnnotations({ body }: ObjectView, annotations: DiffBaseStore): MergePatch | undefined {
  const keys = Object.keys(body.metadata.annotations ?? {}).filter((key) => annotations.ownsAnnotation(key));
  return keys.length === 0 ? undefined : { metadata: { annotations: Object.fromEntries(keys.map((key) => [key, null])) } };
}
