import { contextOf, type EngineContext } from './context.js';
import type { ObjectSlot, SlotWork } from './object-slot.js';
import { createWakeup } from './wakeup.js';

/** What an object has as long as something runs for it: its own signals, first of all. */
export function workOf(base: EngineContext, slot: ObjectSlot): SlotWork {
  if (!slot.work) {
    const life = base.lives.open();
    slot.work = { base, life, ctx: contextOf(base, life), bell: createWakeup(base.clock), writes: new Set(), onNews: undefined };
  }
  return slot.work;
}
