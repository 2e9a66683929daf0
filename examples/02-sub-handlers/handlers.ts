import { createRegistry, resource, TemporaryError } from '@kopfts/core';

interface Spec {
  readonly items: readonly string[];
}
interface Status {
  readonly [result: string]: unknown;
}
const Basket = resource<Spec, Status>({ group: 'kopf.dev', version: 'v1', plural: 'baskets' });

const kopf = createRegistry();
export default kopf;

/** One sub-handler for each item: each is retried on its own, and what is done is not repeated. */
kopf.on.create(Basket, { id: 'create_fn' }, async ({ name, spec, execute, register }) => {
  await execute({ basket: () => console.log(`${name}: weaving the basket.`) });
  for (const item of spec.items) register(({ retry }) => pick(name, item, retry), { id: item, retries: 5, backoff: '2s' });
  await execute();
  // Reached when all items are there, however long it took and however often the operator was restarted.
  console.log(`${name}: complete.`);
  return { items: spec.items.length };
});

/** Here they run by themselves, after the function has returned. */
kopf.on.update(Basket, { id: 'update_fn', field: 'spec.items' }, ({ name, old, new: fresh, register }) => {
  const before: readonly string[] = old ?? [];
  const after: readonly string[] = fresh ?? [];
  for (const item of after) {
    if (!before.includes(item)) register(({ retry }) => pick(name, item, retry), { id: item });
  }
});

function pick(basket: string, item: string, retry: number): { readonly tries: number } {
  if (item === 'cherry' && retry < 2) throw new TemporaryError('The cherries hang high.', { delay: '3s' });
  console.log(`${basket}: one ${item}.`);
  return { tries: retry + 1 };
}
