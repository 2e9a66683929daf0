// Timers of objects: one task per object and handler, with the newest state at each invocation; in memory only.
import type { MatchVerdict, TimerHandler } from '../handlers/handler-spec.js';
import { matchHandler, type MatchInput } from '../handlers/match.js';
import { emptyRecord, recordAfter } from '../handlers/progress.js';
import type { StopFlag, StopReason } from '../model/handler-function.js';
import { createPatchView } from '../patch/patch-view.js';
import { isEmptyPatch } from '../patch/merge-patch.js';
import { applyPending } from './apply-patch.js';
import { factError, isAbort, type EngineContext } from './context.js';
import { sharedArgs } from './handler-args.js';
import { invokeHandler, type AttemptEnd } from './invoke-handler.js';
import { bodyOf, restSlot, type ObjectSlot } from './object-slot.js';
import { raceAbort } from './race-abort.js';

/** Starts the timers that match the newest state, stops those that do not (spec DM-02, DM-15, T-20). */
export function matchTimers(ctx: EngineContext, slot: ObjectSlot, deleted: boolean): void {
  if (slot.kind.timers.length === 0) return;
  if (deleted || slot.gone || slot.newest.deleting) {
    stopTimers(slot, 'object-deleted');
    return;
  }
  const body = bodyOf(slot);
  const input = { body, args: () => sharedArgs(ctx, slot, { body, patch: createPatchView().view }) };
  for (const handler of slot.kind.timers) {
    const running = slot.timers.get(handler.id);
    const verdict = verdictOf(ctx, slot, { handler, input });
    if (!verdict) continue;
    if (verdict.matched) {
      if (!running && !slot.endedTimers.has(handler.id) && !ctx.stopping.aborted) startTimer(ctx, slot, handler);
      continue;
    }
    ctx.emit({
      kind: 'handler-skipped',
      object: slot.ref,
      handler: handler.id,
      family: 'timer',
      filter: verdict.filter,
      found: verdict.found,
    });
    running?.stop('filters-mismatch');
  }
}

/** A filter that throws decides nothing: what runs goes on, what does not is not started. */
function verdictOf(
  ctx: EngineContext,
  slot: ObjectSlot,
  { handler, input }: { readonly handler: TimerHandler; readonly input: MatchInput },
): MatchVerdict | undefined {
  try {
    return matchHandler(handler, input);
  } catch (error) {
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
    return undefined;
  }
}

/** Tells all timers of an object to end. */
export function stopTimers(slot: ObjectSlot, reason: StopReason): void {
  for (const timer of slot.timers.values()) timer.stop(reason);
}

/** Waits for the timers that hold the finalizer (design 6.10): the object must outlive their running invocation. */
export async function timersEnded(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  const holding = [...slot.timers.values()].filter((timer) => timer.handler.finalizer).map((timer) => timer.ended);
  if (holding.length > 0) await raceAbort(Promise.all(holding), ctx.ended, undefined);
}

function startTimer(ctx: EngineContext, slot: ObjectSlot, handler: TimerHandler): void {
  const controller = new AbortController();
  let reason: StopReason | undefined;
  const stop = (why: StopReason): void => {
    reason ??= why;
    controller.abort(new Error(`the timer '${handler.id}' is to end: ${why}`));
  };
  const stopped: StopFlag = {
    isSet: () => controller.signal.aborted,
    get reason() {
      return reason;
    },
  };
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const exit = (): void => stop('operator-stopping');
  ctx.stopping.addEventListener('abort', exit, { once: true });
  slot.timers.set(handler.id, { handler, stop, ended });
  ctx.emit({ kind: 'timer-spawned', object: slot.ref, handler: handler.id });
  ctx.spawn('timer', async () => {
    try {
      await runTimer(ctx, slot, { handler, stopped, signal: controller.signal });
      // Ended on its own: never again for this object in this process (spec T-12, T-16).
      slot.endedTimers.add(handler.id);
    } catch (error) {
      if (!controller.signal.aborted && !isAbort(error, ctx.ended)) throw error;
    } finally {
      slot.timers.delete(handler.id);
      ctx.stopping.removeEventListener('abort', exit);
      ctx.emit({ kind: 'timer-ended', object: slot.ref, handler: handler.id, why: reason ?? 'ended on its own' });
      end();
      // Filters may match again since it was told to stop (spec DM-15).
      if (reason === 'filters-mismatch' && !slot.released && !ctx.stopping.aborted) matchTimers(ctx, slot, false);
      restSlot(slot);
    }
  });
}

interface TimerRun {
  readonly handler: TimerHandler;
  readonly stopped: StopFlag;
  readonly signal: AbortSignal;
}

/** The schedule. Returns when the timer is over for good, throws when it was stopped. */
async function runTimer(ctx: EngineContext, slot: ObjectSlot, run: TimerRun): Promise<void> {
  const { handler, signal } = run;
  await ctx.clock.sleep(handler.initialDelayMs, signal);
  for (;;) {
    await waitIdle(ctx, slot, handler, signal);
    const startedMs = ctx.clock.monotonicMs();
    const { lastChangeMs } = slot;
    if ((await untilSettled(ctx, slot, run)) === 'failed') return;
    if (handler.intervalMs !== undefined)
      await ctx.clock.sleep(untilNext(handler, handler.intervalMs, ctx.clock.monotonicMs() - startedMs), signal);
    else if (handler.idleMs !== undefined) await waitChange(ctx, slot, { lastChangeMs, pollMs: handler.idleMs, signal });
    else return;
  }
}

/** From the end of the last invocation, or on the grid of the interval from its start (spec T-02, T-03). */
function untilNext(handler: TimerHandler, intervalMs: number, elapsedMs: number): number {
  return handler.sharp && intervalMs > 0 ? intervalMs - (elapsedMs % intervalMs) : intervalMs;
}

/** Sleeps until the object had no essential change for `idle`; changes prolong it (spec T-06). */
async function waitIdle(ctx: EngineContext, slot: ObjectSlot, handler: TimerHandler, signal: AbortSignal): Promise<void> {
  const { idleMs } = handler;
  if (idleMs === undefined) return;
  for (;;) {
    const leftMs = slot.lastChangeMs + idleMs - ctx.clock.monotonicMs();
    if (leftMs <= 0) return;
    await ctx.clock.sleep(leftMs, signal);
  }
}

/** Idle-only timers run once per idle period: wait for a next essential change (spec T-10, T-11). */
async function waitChange(
  ctx: EngineContext,
  slot: ObjectSlot,
  wait: { lastChangeMs: number; pollMs: number; signal: AbortSignal },
): Promise<void> {
  while (slot.lastChangeMs === wait.lastChangeMs) await ctx.clock.sleep(Math.max(wait.pollMs, 1), wait.signal);
}

/** Attempts until success or final failure; each attempt's patch is written at once (spec T-14, T-15, DM-08, DM-10). */
async function untilSettled(ctx: EngineContext, slot: ObjectSlot, { handler, stopped, signal }: TimerRun): Promise<'succeeded' | 'failed'> {
  let record = emptyRecord(undefined, ctx.clock.now());
  for (;;) {
    const end = await invokeHandler(ctx, slot, { handler, body: bodyOf(slot), record, more: { stopped }, signal });
    const { outcome } = end;
    if (outcome.kind === 'cancelled') throw signal.reason;
    record = recordAfter(record, outcome, ctx.clock.now());
    await writeQuietly(ctx, slot, { handler, end });
    if (outcome.kind === 'succeeded' || outcome.kind === 'ignored') return 'succeeded';
    if (outcome.kind === 'failed') return 'failed';
    await ctx.clock.sleep(outcome.delayMs ?? 0, signal);
    await waitIdle(ctx, slot, handler, signal);
  }
}

/** A failure in writing must not end the timer (spec DM-11): it is reported, and the next invocation writes again. */
async function writeQuietly(
  ctx: EngineContext,
  slot: ObjectSlot,
  { handler, end: { patch, fns } }: { readonly handler: TimerHandler; readonly end: AttemptEnd },
): Promise<void> {
  if (isEmptyPatch(patch) && !fns) return;
  try {
    const transformations = fns && new Map([[handler.id, fns]]);
    await applyPending(ctx, slot, { contributions: new Map([[handler.id, patch]]), transformations });
  } catch (error) {
    if (isAbort(error, ctx.ended) || isAbort(error, ctx.stopping)) throw error;
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
  }
}
