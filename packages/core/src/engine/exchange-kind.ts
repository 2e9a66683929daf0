// Handlers take the place of others while objects are known and work is under way (decision 28). What is the same handler before and after,
// as a value, does not notice; the rest of an object's work ends as it does when its operator ends, and begins anew with the newest state.
import { buildEssence, hashEssence } from '../cause/essence.js';
import type { AnyHandler } from '../handlers/handler-spec.js';
import type { HandlerId } from '../model/ids.js';
import type { EngineContext } from './context.js';
import { equipSlot, lookAgain, type ObjectSlot } from './object-slot.js';
import type { ServedKind } from './served-kind.js';

export interface KindExchange {
  readonly to: ServedKind;
  readonly toIndexes: (slot: ObjectSlot) => void;
}

/** From now on the object is judged by these handlers. Whoever calls it wakes the object then. */
export function exchangeKind(ctx: EngineContext, slot: ObjectSlot, { to, toIndexes }: KindExchange): void {
  const from = slot.kind;
  const indexes = replacedIds(from.indexes, to.indexes);
  equipSlot(ctx, slot, { kind: to, toIndexes });
  if (slot.gone || slot.released) return;
  for (const id of indexes) {
    slot.indexing?.records.delete(id);
    if (!to.indexes.some((handler) => handler.id === id)) ctx.indexes.store(id).discard(slot.ref.uid);
  }
  if (indexes.size > 0) slot.toIndexes?.(slot);
  exchangeBackground(slot, from);
  if (sameHandlers(from.change, to.change) && sameHandlers(from.background, to.background)) return;
  slot.cancelReplaced?.();
  lookAgain(slot);
  // It may wait for a retry of what is no more.
  slot.work?.bell.ring();
}

function exchangeBackground(slot: ObjectSlot, from: ServedKind): void {
  const { background, kind: to } = slot;
  if (sameHandlers(from.background, to.background)) return;
  noteEssence(slot, from);
  // What was over for the object was over for the old code.
  const replaced = replacedIds(from.background, to.background);
  background.endedForGood = new Set([...background.endedForGood].filter((id) => !replaced.has(id)));
  for (const task of background.running.values()) if (!to.background.includes(task.handler)) task.stop('handler-replaced');
  slot.backgroundPending = to.background.length > 0;
}

/** What the next state is compared with: events that wait bring it by themselves. */
function noteEssence(slot: ObjectSlot, from: ServedKind): void {
  const { kind: to, newest, events } = slot;
  if (!to.tellsChanges || (from.tellsChanges && slot.essenceHash === undefined)) return;
  slot.essenceHash = events.length > 0 ? undefined : hashEssence(buildEssence(newest.body(), to.rules));
}

/** The ids under which something is declared that was not, or the other way round. */
function replacedIds(from: readonly AnyHandler[], to: readonly AnyHandler[]): ReadonlySet<HandlerId> {
  const gone = from.filter((handler) => !to.includes(handler));
  const come = to.filter((handler) => !from.includes(handler));
  return new Set([...gone, ...come].map(({ id }) => id));
}

/** The same handlers in the same order: nothing has to be judged anew. */
export function sameHandlers(one: readonly AnyHandler[], other: readonly AnyHandler[]): boolean {
  return one.length === other.length && one.every((handler, index) => handler === other[index]);
}
