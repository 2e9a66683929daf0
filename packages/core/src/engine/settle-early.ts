// Most objects of a long list were handled in an earlier life and need nothing. They come to rest as they are read, so that the bodies of
// a hundred thousand of them are never in memory at once. Nothing of the user's runs for that: handlers wait for the whole list.
import { decideFinalizer } from '../cause/finalizer.js';
import type { ChangeHandler } from '../handlers/handler-spec.js';
import { findStealth, requiresFinalizer, type SkippedHandler } from '../handlers/select.js';
import { plainOf } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import { mergePatchEffect } from '../patch/merge-patch.js';
import { askAdmittance, askContribution } from '../plugin/ask-plugin.js';
import type { PassSummary } from '../plugin/plugin.js';
import type { EngineContext } from './context.js';
import { saySkipped } from './judge-handler.js';
import { bodyOf, restSlot, type ObjectSlot } from './object-slot.js';
import { readPassInput, type PassInput } from './pass-input.js';
import type { ServedKind } from './served-kind.js';

export interface EarlySettler {
  /** An object of the first list. */
  offer(slot: ObjectSlot): void;
  /** So many wait with their bodies that whoever reads on does well to give them a turn first. */
  isBehind(): boolean;
}

/** Objects between two turns of the event loop. */
const SLICE = 64;
const MOST_WAITING = 2 * SLICE;

/** `woken` is called for what was left to others while they could not know. */
export function createEarlySettler(ctx: EngineContext, kind: ServedKind, woken: (slot: ObjectSlot) => void): EarlySettler {
  if (!canSettleEarly(kind) || ctx.rarely?.('settle-late')) return { offer: () => undefined, isBehind: () => false };
  const offered: ObjectSlot[] = [];
  let isRunning = false;
  const settleSlice = async (slice: readonly ObjectSlot[]): Promise<void> => {
    // At once: a store outside the cluster is asked for all of them in one request.
    await Promise.all(slice.map((slot) => settle(ctx, slot)));
    for (const slot of slice) if (slot.changePending) woken(slot);
  };
  const settleAll = async (): Promise<void> => {
    while (offered.length > 0 && !ctx.stopping.aborted) {
      await settleSlice(offered.splice(0, ctx.rarely?.('slices-of-one') ? 1 : SLICE));
      await ctx.clock.yield();
    }
    isRunning = false;
  };
  return {
    offer(slot) {
      offered.push(slot);
      if (isRunning) return;
      isRunning = true;
      ctx.spawn('list', settleAll);
    },
    isBehind: () => offered.length > MOST_WAITING,
  };
}

/** Nothing of the user's may run or be asked before the list is complete: no event handler, timer or daemon, no filter of their own. */
function canSettleEarly({ change, events, background, resumes }: ServedKind): boolean {
  return events.length === 0 && background.length === 0 && !resumes && !change.some(asksCallback);
}

function asksCallback({ when, labels, annotations, value, old, new: fresh }: ChangeHandler): boolean {
  const criteria = [value, old, fresh, ...Object.values(labels ?? {}), ...Object.values(annotations ?? {})];
  return when !== undefined || criteria.some((criterion) => typeof criterion === 'function');
}

/** Looks at one object; it rests if there is nothing to do for it. */
async function settle(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  if (!slot.changePending || slot.changeLane !== 'idle' || slot.released || slot.gone || slot.vanished) return;
  const { version } = slot;
  slot.changeLane = 'running';
  try {
    const body = readBody(ctx, slot);
    if (!isAdmitted(ctx, slot, body)) return;
    const reading = readPassInput(withoutMemos(ctx), slot, body);
    const input = reading instanceof Promise ? await reading : reading;
    const verdict = verdictOf(ctx, slot, input);
    if (slot.version !== version || slot.kind !== input.kind || verdict === undefined) return;
    slot.changePending = false;
    if (verdict !== 'handled') return saySkipped(ctx, slot, verdict);
    const { reason, diff, initial } = input.cause;
    ctx.emit({ kind: 'cause-detected', object: slot.ref, reason, diff, initial });
    slot.matchedOnce = true;
    slot.fullyHandledOnce = true;
  } catch {
    // It is looked at again when the list is complete; then the error is the object's, and told.
  } finally {
    slot.changeLane = 'idle';
    restSlot(slot);
  }
}

/** Only where nobody but us sees it, it need not be frozen. */
function readBody(ctx: EngineContext, slot: ObjectSlot): ObjectBody {
  return ctx.admitPass.length + ctx.contributeToPatch.length === 0 ? slot.newest.body() : bodyOf(slot);
}

/** What a plugin holds is held when the list is complete, and told then. */
function isAdmitted({ admitPass }: EngineContext, { ref }: ObjectSlot, body: ObjectBody): boolean {
  return admitPass.length === 0 || admitPass.every((asked) => askAdmittance(asked, { ref, body: plainOf(body) }).go);
}

/** Nothing of the user's is called: the memos of objects at rest stay where they are. */
function withoutMemos(ctx: EngineContext): EngineContext {
  return ctx.memoStore === undefined ? ctx : Object.assign(Object.create(ctx) as EngineContext, { memoStore: undefined });
}

/** What a first look finds: `handled` before and unchanged since, or why it is of nobody's interest; `undefined`: there is something to do. */
function verdictOf(ctx: EngineContext, slot: ObjectSlot, input: PassInput): 'handled' | readonly SkippedHandler[] | undefined {
  const { body, match } = input;
  if (input.adopts || body.metadata.deletionTimestamp !== undefined || isFinalizerWrong(ctx, slot, input)) return undefined;
  return findStealth(input.kind.change, match) ?? (needsNothing(ctx, slot, input) ? 'handled' : undefined);
}

function isFinalizerWrong(ctx: EngineContext, slot: ObjectSlot, { kind, body, match }: PassInput): boolean {
  const present = body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false;
  const required = requiresFinalizer(kind.change, kind.background, match, slot.background.endedForGood);
  return decideFinalizer({ deleting: false, deleted: slot.gone, present, required, mayRemove: true }) !== 'keep';
}

/** Handled completely in an earlier life, unchanged since, nothing is left over, and nobody wants to hear of resumption or adds to it. */
export function needsNothing(ctx: EngineContext, slot: ObjectSlot, input: PassInput): boolean {
  const { kind, cause, progress } = input;
  return cause.reason === 'resume' && !kind.resumes && progress.records.size === 0 && !isContributedTo(ctx, slot, input);
}

/** A plugin has something to write that is not on the object yet; what fails is told by the pass that it then gets. */
function isContributedTo({ contributeToPatch }: EngineContext, { ref }: ObjectSlot, { body }: PassInput): boolean {
  if (contributeToPatch.length === 0) return false;
  const pass: PassSummary = { object: { ref, body: plainOf(body) }, reason: 'resume', done: true, failed: [] };
  return contributeToPatch.some((asked) => {
    try {
      const fragment = askContribution(asked, pass);
      return fragment !== undefined && mergePatchEffect(body, fragment) !== undefined;
    } catch {
      return true;
    }
  });
}
