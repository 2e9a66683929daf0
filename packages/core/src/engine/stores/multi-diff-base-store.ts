import type { DiffBaseChange, DiffBaseStore, LoadedDiffBase } from '../../ports/diff-base-store.js';
import type { StorePlan } from '../../ports/progress-store.js';
import { jointPlan, jointTraits, outsideOf } from './joint-plan.js';

/** With what each of the stores has. */
interface LoadedEverywhere extends LoadedDiffBase {
  readonly each: readonly LoadedDiffBase[];
}

const NOTHING: LoadedDiffBase = { essence: undefined, version: undefined };

/** The essence is read from the first that has it, and written to all (spec ST-43). @throws InvalidConfigError as `outsideOf`. */
export function createMultiDiffBaseStore(stores: readonly DiffBaseStore[]): DiffBaseStore {
  const outside = outsideOf(stores);
  return {
    ...jointTraits(stores),
    ignoredFields: stores.flatMap(({ ignoredFields = [] }) => ignoredFields),
    load: async (objects, signal) => {
      const all = await Promise.all(stores.map(async (store) => store.load(objects, signal)));
      return objects.map((_, index): LoadedEverywhere => {
        const each = all.map((one) => one[index] ?? NOTHING);
        const first = each.find(({ essence, lost }) => essence !== undefined && lost === undefined);
        const version = each.find((_one, which) => stores[which] === outside)?.version;
        // What one of them has lost, another may have.
        return { ...(first ?? each.find(({ lost }) => lost !== undefined) ?? NOTHING), version, each };
      });
    },
    plan: (change, seen) => planEverywhere(stores, outside, { change, seen: seen as LoadedEverywhere }),
  };
}

interface Planning {
  readonly change: DiffBaseChange;
  readonly seen: LoadedEverywhere;
}

function planEverywhere(stores: readonly DiffBaseStore[], outside: DiffBaseStore | undefined, { change, seen }: Planning): StorePlan {
  return jointPlan(
    stores.map((store, index) => {
      const own = seen.each[index] ?? NOTHING;
      return store.plan(change, store === outside ? { ...own, version: seen.version } : own);
    }),
  );
}
