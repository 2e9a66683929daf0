// What a pass writes about itself: progress of its handlers, and, when all is done, the essence that counts as handled.
import { buildEssence, essencesEqual } from '../cause/essence.js';
import { detectCause } from '../cause/detect-cause.js';
import { changedRecords, planProgress, type StartedProgress } from '../handlers/progress.js';
import { isStealth, selectChangeHandlers } from '../handlers/select.js';
import type { HandlerId } from '../model/ids.js';
import type { Essence, ObjectBody } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import type { ProgressRecord, Purpose } from '../model/progress-record.js';
import { pendingBody, type Transformations } from '../patch/transform.js';
import type { LoadedProgress, StorePlan } from '../ports/progress-store.js';
import { factError, type EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import { matchInput, type PassInput } from './pass-input.js';

export interface Bookkeeping {
  readonly input: PassInput;
  readonly reason: Purpose;
  readonly progress: Pick<StartedProgress, 'progress' | 'obsolete'>;
  /** What the store has. */
  readonly stored: LoadedProgress;
  /** All handlers of the cause are finished. */
  readonly done: boolean;
  /** The attempts of the pass were, or are being, cancelled. */
  readonly cancelled: boolean;
  readonly contributions: ReadonlyMap<HandlerId, MergePatch>;
  readonly transformations: Transformations;
  /** The newest body known, which may already hold what this pass wrote. */
  readonly newest: ObjectBody;
}

/** While unfinished: records that changed. When done: nothing but the removal of what is there (spec G-10, G-14, G-15). */
export function planRecords(
  ctx: EngineContext,
  slot: ObjectSlot,
  { input, progress, stored, done, cancelled, newest }: Bookkeeping,
): StorePlan {
  // A cancelled attempt is none: if nothing else was achieved, there is nothing to remember (design 6.7).
  const changed = changedRecords(progress.progress);
  const isWorthIt = ([id, { retries }]: [HandlerId, ProgressRecord]): boolean =>
    // The store may have the attempt counted, in case of a crash (`countRunning`): that is not so.
    retries > 0 || progress.progress.get(id)?.stored !== undefined;
  const store = cancelled && ![...changed].some(isWorthIt) ? new Map<HandlerId, ProgressRecord>() : changed;
  // In the middle of a pass nothing is purged, even if nobody is left: the essence is not stored yet.
  const plan = done ? planProgress(progress, input.kind.changeIds) : { store, purge: progress.obsolete };
  return ctx.progressStore.plan({ object: { ref: slot.ref, body: newest }, ...plan }, stored);
}

/** Only when done, and only if the essence differs from the stored one (spec Y-15). Not for an object that goes away. */
export function planDiffBase(ctx: EngineContext, slot: ObjectSlot, bookkeeping: Bookkeeping): StorePlan {
  const { input, reason, done, newest } = bookkeeping;
  if (!done || reason === 'delete') return {};
  const essence = handledEssence(ctx, slot, bookkeeping);
  const { old } = input.cause;
  if (old !== undefined && essencesEqual(old, essence)) return {};
  const plan = ctx.diffBaseStore.plan({ object: { ref: slot.ref, body: newest }, essence }, input.diffBase);
  rememberRefused(ctx, slot, { essence, refused: plan.refused });
  return plan;
}

/**
 * What the store cannot keep is remembered, or the handlers of a creation would be called again with the next change. It is told once, and
 * nothing is tried again: what does not fit will not fit in an hour.
 */
function rememberRefused(
  ctx: EngineContext,
  slot: ObjectSlot,
  { essence, refused }: { readonly essence: Essence; readonly refused: StorePlan['refused'] },
): void {
  if (refused !== undefined && slot.unstored === undefined)
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(refused), retryInMs: 0 });
  slot.unstored = refused === undefined ? undefined : essence;
}

/**
 * The essence that counts as handled: what the handlers saw, moved on over changes that no handler wants. Our own write may
 * change fields that count (a `field` under status); when nobody handles that change, storing it now saves a second write,
 * with the same result. When somebody does, the base stays, and the change is found as an update, as in Kopf.
 */
function handledEssence(ctx: EngineContext, slot: ObjectSlot, { input, contributions, transformations, newest }: Bookkeeping): Essence {
  const handled = input.cause.new;
  if (newest.metadata.deletionTimestamp !== undefined) return handled;
  const body = pendingBody(newest, contributions.values(), transformations);
  const { kind } = input;
  const next = buildEssence(body, kind.rules);
  if (essencesEqual(handled, next)) return handled;
  const cause = detectCause({ gone: false, deleting: false, finalizerPresent: false, stored: handled, fresh: next, initial: false });
  const match = matchInput(ctx, slot, { body, cause });
  try {
    if (isStealth(kind.change, match)) return handled;
    return selectChangeHandlers(kind.change, cause, match).selected.length === 0 ? next : handled;
  } catch {
    // A filter that throws is the business of the pass that needs it, not of the one that just wants to write.
    return handled;
  }
}
