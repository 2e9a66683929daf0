// What somebody else does to the object of a story.
import type { JsonObject } from '@kopfts/core';
import type { Harness } from '../harness.js';
import type { Meddling } from './plan.js';
import type { Workload } from './workload.js';

const FOREIGN_FINALIZER = 'example.com/held';
const HELD_MS = 20_000;

/** Carries out one of them, on the object as it is at this moment; where there is none, nothing is done. */
export async function meddle(how: Meddling, world: Harness, workload: Workload): Promise<void> {
  const { object, model } = workload;
  const found = await world.get(object);
  if (found === undefined) return;
  const { annotations = {}, finalizers = [], deletionTimestamp } = found.metadata;
  const change = (patch: JsonObject): Promise<unknown> => world.patch(object, patch);
  const ours = (value: string | null): JsonObject => {
    const keys = Object.keys(annotations).filter((key) => key.startsWith(`${model.annotationPrefix}/`));
    return { metadata: { annotations: Object.fromEntries(keys.map((key) => [key, value])) } };
  };
  switch (how) {
    case 'edited':
      await change({ spec: { size: 3 } });
      return;
    case 'labelled':
      await change({ metadata: { labels: { meddled: 'yes' } } });
      return;
    case 'deleted':
      await world.delete(object);
      return;
    case 'released':
      await change({ metadata: { finalizers: finalizers.filter((name) => name !== model.finalizer) } });
      return;
    case 'held':
      if (deletionTimestamp !== undefined) return; // nothing is added to what goes
      await change({ metadata: { finalizers: [FOREIGN_FINALIZER, ...finalizers] } });
      world.scheduler.setTimer(HELD_MS, () => {
        letGo(world, workload).catch(() => undefined); // it may be gone by then
      });
      return;
    case 'garbled':
      await change(ours('{"started":'));
      return;
    case 'forgotten':
      await change(ours(null));
  }
}

async function letGo(world: Harness, { object }: Workload): Promise<void> {
  const finalizers = (await world.get(object))?.metadata.finalizers ?? [];
  if (!finalizers.includes(FOREIGN_FINALIZER)) return;
  await world.patch(object, { metadata: { finalizers: finalizers.filter((name) => name !== FOREIGN_FINALIZER) } });
}
