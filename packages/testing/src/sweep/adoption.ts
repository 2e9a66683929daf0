// The story of an object with children: whatever happens, it has each of them once, and they are as it says.
import { apply, type HandlerArgs, type Registry } from '@kopfts/core';
import type { Harness } from '../harness.js';
import type { ModelHandler, Violation } from '../invariants/invariant.js';

const RETRY_SECONDS = 1;
const RETRIES = { backoff: RETRY_SECONDS } as const;

/** One child for each change, without a name of its own, and one that is looked after; a shared secret is read on the way. */
export function declareAdoption(kopf: Registry, selector: string): void {
  const settle = async (ctx: HandlerArgs): Promise<void> => {
    await apply(ctx, settings(ctx, 'settled'), { key: 'settled' });
  };
  kopf.on.create(selector, { id: 'create-child', ...RETRIES }, settle);
  kopf.on.update(selector, { id: 'update-child', ...RETRIES }, settle);
  kopf.on.reconcile(selector, { id: 'keep', owns: ['configmaps'], ...RETRIES }, async (ctx) => {
    await apply(ctx, settings(ctx, 'kept'), { key: 'kept' });
  });
}

const settings = ({ spec }: HandlerArgs, role: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { labels: { role } },
  data: { size: String((spec as { readonly size: unknown }).size) },
});

/** What adoption promises; `keep` is no handler of changes. */
export const adoptionHandlers: readonly ModelHandler[] = (['create', 'update'] as const).map((reason) => ({
  id: `${reason}-child`,
  reasons: [reason],
  retryDelayMs: RETRY_SECONDS * 1000,
}));

/** D10: the object, if there is one, has one child of each role, and it is as the object says. */
export async function judgeAdoption(world: Harness, object: Parameters<Harness['get']>[0]): Promise<readonly Violation[]> {
  const owner = await world.get(object);
  if (owner === undefined) return [];
  const { uid } = owner.metadata;
  const all = await world.list({ apiVersion: 'v1', kind: 'ConfigMap' });
  const own = all.filter(({ metadata }) => JSON.stringify(metadata['ownerReferences'] ?? []).includes(uid));
  const found = own.map(({ metadata, data }) => `${metadata.labels?.['role'] ?? '?'} ${JSON.stringify(data)}`).sort();
  const size = String((owner['spec'] as { readonly size: unknown }).size);
  const wanted = ['kept', 'settled'].map((role) => `${role} ${JSON.stringify({ size })}`);
  if (found.join() === wanted.join()) return [];
  return [{ invariant: 'D10', message: `the children are ${found.join(', ') || 'none'}, not ${wanted.join(', ')}`, seq: undefined }];
}
