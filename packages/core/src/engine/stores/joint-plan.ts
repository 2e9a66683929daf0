// What several stores have in common.
import { InvalidConfigError } from '../../errors.js';
import type { ObjectView } from '../../model/object.js';
import type { FieldPath, MergePatch } from '../../model/patch.js';
import { composeMergePatches } from '../../patch/merge-patch.js';
import type { CommitResult, ExternalPlace, ExternalWrite } from '../../ports/external-place.js';
import type { StorePlan } from '../../ports/progress-store.js';

interface AnyStore {
  commit?(write: ExternalWrite, signal: AbortSignal): Promise<CommitResult>;
  readonly place?: ExternalPlace | undefined;
  readonly endpoint?: 'main' | undefined;
  notKept?(answer: ObjectView, wanted: MergePatch): boolean;
  ownsAnnotation(key: string): boolean;
  readonly ownsField?: FieldPath | undefined;
  readonly ownsFields?: readonly FieldPath[] | undefined;
}

/** The one that is outside of the cluster: its commits are those of all. @throws InvalidConfigError for two of them. */
export function outsideOf<Store extends AnyStore>(stores: readonly Store[]): Store | undefined {
  const [outside, another] = stores.filter((store) => store.commit !== undefined);
  if (another) throw new InvalidConfigError('multi() was given two stores outside of the cluster; one of them can be.');
  return outside;
}

/** What the engine asks of a store besides loads and plans. */
export function jointTraits(stores: readonly AnyStore[]): AnyStore {
  const outside = outsideOf(stores);
  const isOnMain = stores.every(({ endpoint }) => endpoint === 'main');
  return {
    ...(outside === undefined ? {} : { place: outside.place, commit: (write, signal) => commitTo(outside, write, signal) }),
    endpoint: isOnMain ? 'main' : undefined,
    // Each of them has to hear of it.
    notKept: (answer, wanted) => stores.filter((store) => store.notKept?.(answer, wanted)).length > 0,
    ownsAnnotation: (key) => stores.some((store) => store.ownsAnnotation(key)),
    ownsField: stores.find((store) => store.ownsField !== undefined)?.ownsField,
    ownsFields: stores.flatMap((store) => [...(store.ownsField === undefined ? [] : [store.ownsField]), ...(store.ownsFields ?? [])]),
  };
}

async function commitTo(store: AnyStore, write: ExternalWrite, signal: AbortSignal): Promise<CommitResult> {
  return (await store.commit?.(write, signal)) ?? 'done';
}

/** All plans as one. */
export function jointPlan(plans: readonly StorePlan[]): StorePlan {
  const patch = plans.map((plan) => plan.patch ?? {}).reduce(composeMergePatches, {});
  const commit = plans.find((plan) => plan.commit !== undefined)?.commit;
  const refused = plans.find((plan) => plan.refused !== undefined)?.refused;
  return {
    ...(Object.keys(patch).length === 0 ? {} : { patch }),
    ...(commit === undefined ? {} : { commit }),
    ...(refused === undefined ? {} : { refused }),
  };
}
