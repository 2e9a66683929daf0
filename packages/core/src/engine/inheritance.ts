// What goes on of the objects of a kind that is served anew, as when its definition changed: to their users they are the same objects.
import type { ObjectUid } from '../model/ids.js';
import type { EngineContext } from './context.js';
import { forgetInIndexes } from './index-object.js';
import type { ObjectSlot } from './object-slot.js';

/** Objects as a watch left them that has ended, until the one that follows has listed them. */
export interface Inheritance {
  readonly slots: ReadonlyMap<ObjectUid, ObjectSlot>;
  /** Their handlers are those of before: what is indexed of them stays, and what ended for good has ended. */
  readonly sameHandlers: boolean;
}

export const NOTHING_INHERITED: Inheritance = { slots: new Map(), sameHandlers: true };

/** For an object that was listed anew, before anything is done with it. */
export function inherit(slot: ObjectSlot, { slots, sameHandlers }: Inheritance): void {
  const left = slots.get(slot.ref.uid);
  if (left === undefined) return;
  slot.memo = left.memo;
  slot.keptMemo = left.keptMemo;
  if (!sameHandlers) return;
  if (slot.indexing && left.indexing) slot.indexing = { ...slot.indexing, records: left.indexing.records };
  if (slot.kind.background.length > 0) slot.background.endedForGood = left.background.endedForGood;
}

/** Those that were not listed anew are gone. */
export function forgetMissing(ctx: EngineContext, { slots }: Inheritance, listed: ReadonlyMap<ObjectUid, ObjectSlot>): void {
  for (const [uid, left] of slots) if (!listed.has(uid)) forgetInIndexes(ctx, left);
}
