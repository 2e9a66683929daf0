import type { HandlerId } from '../../model/ids.js';
import type { ProgressRecord } from '../../model/progress-record.js';
import type { LoadedProgress, ProgressChange, ProgressQuery, ProgressStore, StorePlan } from '../../ports/progress-store.js';
import { jointPlan, jointTraits, outsideOf } from './joint-plan.js';

type Records = ReadonlyMap<HandlerId, ProgressRecord>;

/** With what each of the stores has. */
interface LoadedEverywhere extends LoadedProgress {
  readonly each: readonly LoadedProgress[];
  /** As they were read: a pass that wrote in between has others. */
  readonly found: Records;
}

const NOTHING: LoadedProgress = { records: new Map<HandlerId, ProgressRecord>(), version: undefined };

/** Records are read from the first that has them, and written to all (spec ST-26). @throws InvalidConfigError as `outsideOf`. */
export function createMultiProgressStore(stores: readonly ProgressStore[]): ProgressStore {
  const outside = outsideOf(stores);
  return {
    ...jointTraits(stores),
    load: async (queries, signal) => {
      const all = await Promise.all(stores.map(async (store) => store.load(queries, signal)));
      return queries.map((query, index) => joined(query, stores, { all: all.map((one) => one[index]), outside }));
    },
    plan: (change, seen) => planEverywhere(stores, outside, { change, seen: seen as LoadedEverywhere }),
  };
}

function joined(
  { handlers }: ProgressQuery,
  stores: readonly ProgressStore[],
  { all, outside }: { readonly all: readonly (LoadedProgress | undefined)[]; readonly outside: ProgressStore | undefined },
): LoadedEverywhere {
  const each = all.map((one) => one ?? NOTHING);
  const found = new Map<HandlerId, ProgressRecord>();
  for (const handler of handlers) {
    const record = each.find(({ records }) => records.has(handler))?.records.get(handler);
    if (record !== undefined) found.set(handler, record);
  }
  const version = each.find((_, index) => stores[index] === outside)?.version;
  return { records: found, found, version, each };
}

interface Planning {
  readonly change: ProgressChange;
  readonly seen: LoadedEverywhere;
}

function planEverywhere(stores: readonly ProgressStore[], outside: ProgressStore | undefined, { change, seen }: Planning): StorePlan {
  const hasWritten = seen.records !== seen.found;
  return jointPlan(
    stores.map((store, index) => {
      const own = seen.each[index] ?? NOTHING;
      const version = store === outside ? seen.version : own.version;
      const records = hasWritten ? seen.records : own.records;
      return store.plan(hasWritten ? change : withMissing(change, own.records, seen.found), { ...own, records, version });
    }),
  );
}

/** Whoever is written to gets what the others have: the new one is whole as soon as it knows anything of an object. */
function withMissing(change: ProgressChange, own: Records, found: Records): ProgressChange {
  if (change.store.size === 0) return change;
  const missing = [...found].filter(([id]) => !own.has(id) && !change.purge.includes(id));
  return missing.length === 0 ? change : { ...change, store: new Map([...missing, ...change.store]) };
}
