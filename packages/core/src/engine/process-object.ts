// One pass over one object: what happened, who is to run, run them, write it down. The order of steps is the parity spec's
// section 8 with design 6.7: all handlers that are due run in one pass, and what they leave behind goes out together.
import { buildEssence, cleanEssence, hashEssence } from '../cause/essence.js';
import { detectCause, type Cause } from '../cause/detect-cause.js';
import { decideFinalizer } from '../cause/finalizer.js';
import { isStealth, requiresFinalizer } from '../handlers/select.js';
import { prematchHandler, type MatchInput } from '../handlers/match.js';
import type { ObjectBody, ObjectView } from '../model/object.js';
import { createPatchView } from '../patch/patch-view.js';
import type { LoadedDiffBase } from '../ports/diff-base-store.js';
import type { LoadedProgress } from '../ports/progress-store.js';
import { applyPending } from './apply-patch.js';
import type { EngineContext } from './context.js';
import { sharedArgs } from './handler-args.js';
import { bodyOf, type ObjectSlot } from './object-slot.js';
import { runPass } from './run-pass.js';

/** Everything a pass decides on, read once at its beginning. */
export interface PassInput {
  readonly body: ObjectBody;
  readonly cause: Cause;
  readonly match: MatchInput;
  readonly progress: LoadedProgress;
  readonly diffBase: LoadedDiffBase;
}

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
  if (await settleFinalizer(ctx, slot, input)) return 0;
  if (stealth) return undefined;
  const { reason, diff, initial } = input.cause;
  ctx.emit({ kind: 'cause-detected', object: slot.ref, reason, diff, initial });
  if (reason === 'noop' || reason === 'free' || reason === 'gone') return undefined;
  return runPass(ctx, slot, { input, reason });
}

async function readPassInput(ctx: EngineContext, slot: ObjectSlot): Promise<PassInput> {
  const { kind } = slot;
  const body = bodyOf(slot);
  const view: ObjectView = { ref: slot.ref, body };
  const [[progress], [diffBase]] = await Promise.all([
    ctx.progressStore.load([{ object: view, handlers: kind.changeIds }], ctx.ended),
    ctx.diffBaseStore.load([view], ctx.ended),
  ]);
  const seen = {
    progress: progress ?? { records: new Map(), version: undefined },
    diffBase: diffBase ?? { essence: undefined, version: undefined },
  };
  const cause = detectCause({
    gone: slot.gone,
    deleting: body.metadata.deletionTimestamp !== undefined,
    finalizerPresent: body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false,
    stored: seen.diffBase.essence === undefined ? undefined : cleanEssence(seen.diffBase.essence, kind.rules),
    fresh: buildEssence(body, kind.rules),
    initial: slot.noticedByListing && !slot.fullyHandledOnce,
  });
  return { body, cause, match: matchInput(ctx, slot, { body, cause }), ...seen };
}

/** For filters; the arguments of callbacks are made on the first need (spec F-03). */
export function matchInput(ctx: EngineContext, slot: ObjectSlot, { body, cause }: Pick<PassInput, 'body' | 'cause'>): MatchInput {
  let shared: object | undefined;
  const { reason, old, new: fresh, diff } = cause;
  return {
    body,
    ...(old === undefined ? {} : { old }),
    new: fresh,
    args: () => (shared ??= { ...sharedArgs(ctx, slot, { body, patch: createPatchView().view }), reason, old, new: fresh, diff }),
  };
}

/** An essential change, as timers with `idle` understand it: against what was seen last, not against what is stored (spec T-21). */
function noteEssence(ctx: EngineContext, slot: ObjectSlot, cause: Cause): void {
  const hash = hashEssence(cause.new);
  if (slot.essenceHash !== undefined && slot.essenceHash !== hash) slot.lastChangeMs = ctx.clock.monotonicMs();
  slot.essenceHash = hash;
}

/** Adds or removes our finalizer where that comes before the handlers (spec Z-02..Z-04). True if it was written: then look again. */
async function settleFinalizer(ctx: EngineContext, slot: ObjectSlot, { body, match }: PassInput): Promise<boolean> {
  const present = body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false;
  const decision = decideFinalizer({
    deleting: body.metadata.deletionTimestamp !== undefined,
    deleted: slot.gone,
    present,
    required: requiresFinalizer(slot.kind.change, slot.kind.timers, match, slot.endedTimers),
    mayRemove:
      ctx.identity.name !== undefined || slot.matchedOnce || slot.kind.timers.some((timer) => prematchHandler(timer, match).matched),
  });
  if (decision === 'keep') return false;
  const result = await applyPending(ctx, slot, { contributions: new Map(), finalizer: decision });
  if (result === 'written') slot.changePending = true;
  return result === 'written';
}
