// One event of one object: its event handlers in their order, then the timers and daemons that the new state asks for, then what is to be written.
import { buildEssence, hashEssence } from '../cause/essence.js';
import { emptyRecord } from '../handlers/progress.js';
import type { HandlerId } from '../model/ids.js';
import { deepFreeze, plainOf } from '../model/json.js';
import type { MergePatch, PatchFunction } from '../model/patch.js';
import type { QueuedEvent } from '../queue/object-queue.js';
import { isEmptyPatch } from '../patch/merge-patch.js';
import { applyPending } from './apply-patch.js';
import { matchBackground } from './background/match-background.js';
import type { EngineContext } from './context.js';
import { sharedArgs } from './handler-args.js';
import { invokeHandler } from './invoke-handler.js';
import { isWanted } from './judge-handler.js';
import type { ObjectSlot } from './object-slot.js';
import type { Refusing } from './refusal.js';

export async function handleEvent(ctx: EngineContext, slot: ObjectSlot, event: QueuedEvent): Promise<void> {
  noteEssence(ctx, slot, event);
  const wanted = await callEventHandlers(ctx, slot, event);
  const isPatched = wanted.contributions.size + wanted.transformations.size > 0;
  // Before anything is written, as in Kopf: timers and daemons wait for no answer.
  matchBackground(ctx, slot, event.type === 'DELETED');
  // Nothing is patched on an object that is gone (spec H-13).
  if (event.type !== 'DELETED' && isPatched) await applyPending(ctx, slot, { ...wanted, refusing: untilNextEvent(slot, event) });
}

/** Its handlers are done: changes of the object wait for them no longer, and the next event is not kept from them. */
function untilNextEvent(slot: ObjectSlot, event: QueuedEvent): Refusing {
  return { told: () => slot.eventProgress.handled(event.object), isSuperseded: () => slot.events.length > 0 };
}

interface Wanted {
  readonly contributions: Map<HandlerId, MergePatch>;
  readonly transformations: Map<HandlerId, readonly PatchFunction[]>;
}

async function callEventHandlers(ctx: EngineContext, slot: ObjectSlot, event: QueuedEvent): Promise<Wanted> {
  const wanted: Wanted = { contributions: new Map(), transformations: new Map() };
  if (slot.kind.events.length === 0) return wanted;
  const seen = deepFreeze(event.object.body());
  const body = plainOf(seen);
  const more = { type: event.type, event: Object.freeze({ type: event.type, object: body }) };
  const lazyArgs = (): object => sharedArgs(ctx, slot, { body, local: true, more });
  const called = new Set<HandlerId>();
  for (const handler of slot.kind.events) {
    // A filter that throws says no, for this event (spec H-11): a later one must not wait for it for ever.
    if (called.has(handler.id) || !isWanted(ctx, slot, { handler, input: { body: seen, args: lazyArgs } })) continue;
    slot.matchedOnce = true;
    called.add(handler.id);
    const { patch, fns } = await invokeHandler(ctx, slot, {
      handler,
      body: seen,
      record: emptyRecord(undefined, ctx.clock.now()),
      more,
      signal: ctx.stopping,
    });
    if (!isEmptyPatch(patch)) wanted.contributions.set(handler.id, patch);
    if (fns) wanted.transformations.set(handler.id, fns);
  }
  return wanted;
}

/** An essential change, as timers with `idle` understand it: against what was seen last, not against what is stored (spec T-21). */
function noteEssence(ctx: EngineContext, slot: ObjectSlot, event: QueuedEvent): void {
  if (event.type === 'DELETED' || !slot.kind.tellsChanges) return;
  const hash = hashEssence(buildEssence(event.object.body(), slot.kind.rules));
  if (slot.essenceHash !== undefined && slot.essenceHash !== hash) noteChange(ctx, slot);
  slot.essenceHash = hash;
}

function noteChange(ctx: EngineContext, slot: ObjectSlot): void {
  slot.lastChangeMs = ctx.clock.monotonicMs();
  for (const changed of slot.background.essenceChanged ?? []) changed();
}
