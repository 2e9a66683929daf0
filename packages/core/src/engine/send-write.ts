// One request: sent, told as facts, its answer taken in like a watch event (design 6.6).
import { errorText } from '../errors.js';
import type { ObjectRef, SeenObject } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import type { ObjectWrite, WriteOutcome } from '../ports/cluster-client.js';
import { unkeptFields } from '../patch/unkept-field.js';
import { errorDelayMs, factError, isAbort, isOutage, OUTAGE_WAIT_MS, type EngineContext } from './context.js';
import { sleepUntilReturn } from './sleep-until-return.js';
import { markVanished, offerState, type ObjectSlot } from './object-slot.js';
import { OVER } from './race-abort.js';
import { isLost, isOver, type Refusing } from './refusal.js';
import { isFirstTime } from './served-kind.js';

/** `refusal`: what was answered; without one the cluster is away. */
export type SendResult = WriteOutcome | { readonly kind: 'failed'; readonly refusal: string | undefined };

export interface Sending {
  readonly write: ObjectWrite;
  readonly why: string;
  /** In a row, before this one. */
  readonly failures: number;
}

/** Never throws but when the operator ends: what may succeed later is `failed`. */
export async function sendWrite(ctx: EngineContext, slot: ObjectSlot, { write, why, failures }: Sending): Promise<SendResult> {
  const endpoint = endpointOf(write);
  ctx.emit({ kind: 'write-sent', object: slot.ref, endpoint, why });
  try {
    const outcome = await ctx.client.write(write, ctx.ended);
    const version = outcome.kind === 'committed' ? { resourceVersion: outcome.object.resourceVersion } : {};
    ctx.emit({ kind: 'write-ended', object: slot.ref, endpoint, outcome: outcome.kind, ...version });
    return outcome;
  } catch (error) {
    if (isAbort(error, ctx.ended)) throw error;
    ctx.emit({ kind: 'write-ended', object: slot.ref, endpoint, outcome: 'failed', error: factError(error) });
    const atMostMs = isOutage(error) ? OUTAGE_WAIT_MS : Infinity;
    const retryInMs = Math.min(errorDelayMs(ctx, failures + 1), atMostMs);
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs });
    // With the operator ending there is no time to try again; the handlers' results are found missing at the next start.
    if (ctx.stopping.aborted) throw error;
    return { kind: 'failed', refusal: isOutage(error) ? undefined : errorText(error) };
  }
}

/**
 * Takes the answer in like an event. Only a version that is news is waited for: a write that changed nothing keeps the old one,
 * and its event never comes again (the successor of spec ).
 */
export function takeAnswer(ctx: EngineContext, slot: ObjectSlot, object: SeenObject): void {
  const isNews = offerState(ctx, slot, { object, channel: { from: 'answer' } });
  const timeoutMs = ctx.settings.persistence.consistencyTimeoutMs;
  if (isNews && timeoutMs > 0) slot.expectation = { version: object.resourceVersion, deadlineMs: ctx.clock.monotonicMs() + timeoutMs };
}

/** What the server did not keep of a write, once per kind and field (spec PA-30..PA-32). */
export function reportUnkept(
  ctx: EngineContext,
  slot: ObjectSlot,
  { endpoint, wanted, answer }: { readonly endpoint: 'main' | 'status'; readonly wanted: MergePatch; readonly answer: SeenObject },
): void {
  const fields = unkeptFields(wanted, answer.body()).filter(({ field }) => isFirstTime(slot.kind, `unkept ${field}`));
  if (fields.length > 0) ctx.emit({ kind: 'fields-not-kept', object: slot.ref, endpoint, fields });
}

/** Changes nothing, and needs no right but `patch` (design 6.8). */
function emptyWrite(ref: ObjectRef): ObjectWrite {
  return { kind: 'merge', ref, patch: { metadata: { uid: ref.uid } } };
}

/** Reads the object by an empty patch. `refused`: it exists, and cannot be had so, whenever it is asked for. */
export async function refreshSlot(ctx: EngineContext, slot: ObjectSlot): Promise<'fresh' | 'gone' | 'refused' | 'unknown'> {
  const outcome = await sendWrite(ctx, slot, { write: emptyWrite(slot.ref), why: 'refresh', failures: 0 });
  if (outcome.kind === 'gone' || outcome.kind === 'replaced') {
    markVanished(slot);
    return 'gone';
  }
  if (outcome.kind === 'invalid' || outcome.kind === 'kindChanged') return 'refused';
  if (outcome.kind !== 'committed') return 'unknown';
  offerState(ctx, slot, { object: outcome.object, channel: { from: 'answer' } });
  return 'fresh';
}

/** How long to wait: by the failures in a row, but not longer than `atMostMs`, which says that the cluster is away (default: it is there). */
interface BackOff {
  readonly failures: number;
  readonly until?: AbortSignal | undefined;
  readonly atMostMs?: number | undefined;
  /** The cluster is there, and says no. */
  readonly refusing?: Refusing | undefined;
}

/** An object that is no more waits for nothing, either. */
export async function waitBackOff(ctx: EngineContext, slot: ObjectSlot, backOff: BackOff): Promise<void> {
  const { failures, until, atMostMs = Infinity, refusing } = backOff;
  const leftMs = (refusing?.deadlineMs ?? Infinity) - ctx.clock.monotonicMs();
  const ms = Math.max(0, Math.min(errorDelayMs(ctx, failures), atMostMs, leftMs));
  ctx.emit({ kind: 'object-waiting', object: slot.ref, until: ctx.clock.now() + ms, why: 'back-off' });
  // The end of the operator cuts the wait short, once: there is time for one more try within its grace, not for as many as fit in.
  const end = ctx.stopping.aborted ? ctx.ended : ctx.stopping;
  const isPointless = (): boolean => isLost(slot) || (refusing !== undefined && isOver(ctx, refusing));
  const cut = cutBy(slot, { signals: until ? [end, until] : [end], isPointless });
  const isAway = atMostMs < Infinity;
  await (isAway ? sleepUntilReturn(ctx, ms, cut.signal) : ctx.clock.sleep(ms, cut.signal)).catch(() => undefined);
  cut.release();
  ctx.ended.throwIfAborted();
}

interface Cut {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

/** Made by hand, as in `sleepUntilReturn`: what `AbortSignal.any` makes may be remembered for ever. */
function cutBy(
  slot: ObjectSlot,
  { signals, isPointless }: { readonly signals: readonly AbortSignal[]; readonly isPointless: () => boolean },
): Cut {
  const cut = new AbortController();
  const end = (): void => cut.abort(OVER);
  const look = (): void => {
    if (isPointless()) end();
  };
  const onNews = slot.work && (slot.work.onNews ??= new Set());
  onNews?.add(look);
  for (const signal of signals) signal.addEventListener('abort', end, { once: true });
  if (signals.some(({ aborted }) => aborted)) end();
  look();
  return {
    signal: cut.signal,
    release() {
      onNews?.delete(look);
      for (const signal of signals) signal.removeEventListener('abort', end);
    },
  };
}

export function endpointOf(write: ObjectWrite): 'main' | 'status' {
  return write.kind === 'merge' ? 'main' : write.endpoint;
}
