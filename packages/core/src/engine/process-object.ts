// One pass over one object: what happened, who is to run, run them, write it down. The order of steps is the parity spec's
// section 8 with design 6.7: all handlers that are due run in one pass, and what they leave behind goes out together.
import { hashEssence } from '../cause/essence.js';
import type { Cause } from '../cause/detect-cause.js';
import { decideFinalizer } from '../cause/finalizer.js';
import { prematchHandler } from '../handlers/match.js';
import { isStealth, requiresFinalizer } from '../handlers/select.js';
import { applyPending, type ApplyResult } from './apply-patch.js';
import type { EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import { readPassInput, type PassInput } from './pass-input.js';
import { runPass } from './run-pass.js';
import { stopTimers, timersEnded } from './timers.js';

/** Resolves with the time in ms after which the object is to be looked at again by itself, if any. */
export async function processObject(ctx: EngineContext, slot: ObjectSlot): Promise<number | undefined> {
  if (slot.gone) {
    if (slot.kind.change.length > 0) ctx.emit({ kind: 'cause-detected', object: slot.ref, reason: 'gone', diff: [], initial: false });
    return undefined;
  }
  const input = await readPassInput(ctx, slot);
  noteEssence(ctx, slot, input.cause);
  const stealth = isStealth(slot.kind.change, input.match);
  if (!stealth) slot.matchedOnce = true;
  const finalizer = await settleFinalizer(ctx, slot, input);
  if (finalizer === 'written') return 0;
  if (finalizer === 'gone') return undefined;
  if (stealth) return releaseAfterTimers(ctx, slot, input);
  const { reason, diff, initial } = input.cause;
  ctx.emit({ kind: 'cause-detected', object: slot.ref, reason, diff, initial });
  if (reason === 'noop' || reason === 'free' || reason === 'gone') return undefined;
  return runPass(ctx, slot, { input, reason });
}

/** An object that no change handler cares for may still be held for a timer: it goes when that has ended (spec Z-05). */
async function releaseAfterTimers(ctx: EngineContext, slot: ObjectSlot, { body }: PassInput): Promise<undefined> {
  if (body.metadata.deletionTimestamp === undefined || !(body.metadata.finalizers ?? []).includes(ctx.identity.finalizer)) return;
  stopTimers(slot, 'object-deleted');
  await timersEnded(ctx, slot);
  await applyPending(ctx, slot, { contributions: new Map(), finalizer: 'remove' });
}

/** An essential change, as timers with `idle` understand it: against what was seen last, not against what is stored (spec T-21). */
function noteEssence(ctx: EngineContext, slot: ObjectSlot, cause: Cause): void {
  const hash = hashEssence(cause.new);
  if (slot.essenceHash !== undefined && slot.essenceHash !== hash) slot.lastChangeMs = ctx.clock.monotonicMs();
  slot.essenceHash = hash;
}

/** Adds or removes our finalizer where that comes before the handlers (spec Z-02..Z-04). If it was written, look again. */
async function settleFinalizer(ctx: EngineContext, slot: ObjectSlot, { body, match }: PassInput): Promise<ApplyResult> {
  const present = body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false;
  const decision = decideFinalizer({
    deleting: body.metadata.deletionTimestamp !== undefined,
    deleted: slot.gone,
    present,
    required: requiresFinalizer(slot.kind.change, slot.kind.timers, match, slot.endedTimers),
    mayRemove:
      ctx.identity.name !== undefined || slot.matchedOnce || slot.kind.timers.some((timer) => prematchHandler(timer, match).matched),
  });
  if (decision === 'keep') return 'unchanged';
  const result = await applyPending(ctx, slot, { contributions: new Map(), finalizer: decision });
  if (result === 'written') slot.changePending = true;
  return result;
}
