// Everything a pass decides on: the newest body, what is stored about it, and what happened to it.
import { buildEssence, cleanEssence } from '../cause/essence.js';
import { detectCause, type Cause } from '../cause/detect-cause.js';
import type { MatchInput } from '../handlers/match.js';
import type { ObjectBody, ObjectView } from '../model/object.js';
import { createPatchView } from '../patch/patch-view.js';
import type { LoadedDiffBase } from '../ports/diff-base-store.js';
import type { LoadedProgress } from '../ports/progress-store.js';
import type { EngineContext } from './context.js';
import { sharedArgs } from './handler-args.js';
import { bodyOf, type ObjectSlot } from './object-slot.js';

/** Read once, at the beginning of a pass. */
export interface PassInput {
  readonly body: ObjectBody;
  readonly cause: Cause;
  readonly match: MatchInput;
  readonly progress: LoadedProgress;
  readonly diffBase: LoadedDiffBase;
}

/** `body` is the newest one; only where nobody but us will see it, it need not be frozen. */
export async function readPassInput(ctx: EngineContext, slot: ObjectSlot, body = bodyOf(slot)): Promise<PassInput> {
  const { kind } = slot;
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
