// The two lanes of an object: events in their order, and changes, where only the newest state counts. Each has at most one
// task, started on demand; a failure backs this object off and looks at its last state again (design 6.11).
import { plainOf } from '../model/json.js';
import type { ObjectView } from '../model/object.js';
import { isConsistent } from '../queue/consistency.js';
import type { QueuedEvent } from '../queue/object-queue.js';
import { contextOf, errorDelayMs, factError, isAbort, type EngineContext } from './context.js';
import { handleEvent } from './handle-event.js';
import { bodyOf, restSlot, type ObjectSlot } from './object-slot.js';
import { processObject } from './process-object.js';
import { OVER, raceAbort } from './race-abort.js';
import { stopTimers } from './timers.js';

/** Starts what has something to do. Called whenever a state was taken in. */
export function wakeLanes(base: EngineContext, slot: ObjectSlot, forget: () => void): void {
  if (base.stopping.aborted || slot.released) return;
  const again = (): void => wakeLanes(base, slot, forget);
  if (slot.eventLane === 'idle' && slot.events.length > 0) {
    slot.eventLane = 'running';
    const { ctx } = workOf(base, slot);
    ctx.spawn('events', () => runEventLane(ctx, slot).finally(again));
  }
  if (slot.changeLane === 'idle' && slot.changePending) {
    slot.changeLane = 'running';
    const { ctx } = workOf(base, slot);
    ctx.spawn('changes', () => runChangeLane(ctx, slot, forget).finally(again));
  }
}

/** The signals of the object, as long as something runs for it. */
function workOf(base: EngineContext, slot: ObjectSlot): NonNullable<ObjectSlot['work']> {
  if (!slot.work) {
    const life = base.lives.open();
    slot.work = { life, ctx: contextOf(base, life) };
  }
  return slot.work;
}

async function runEventLane(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  let failures = 0;
  let event: QueuedEvent | undefined;
  try {
    while (!ctx.stopping.aborted) {
      // An event leaves the queue before it is handled: later ones may be merged, this one may not.
      if (event === undefined) [event, ...slot.events] = slot.events;
      if (event === undefined) return;
      try {
        await handleEvent(ctx, slot, event);
        slot.eventProgress.handled(event.object);
        failures = 0;
        event = undefined;
      } catch (error) {
        failures += 1;
        await backOff(ctx, slot, { error, failures });
      }
    }
  } catch (error) {
    if (!isEnd(ctx, error)) throw error;
  } finally {
    slot.eventLane = 'idle';
    restSlot(slot);
  }
}

async function runChangeLane(ctx: EngineContext, slot: ObjectSlot, forget: () => void): Promise<void> {
  let failures = 0;
  try {
    while (!ctx.stopping.aborted) {
      let delayMs: number | undefined;
      try {
        delayMs = await onePass(ctx, slot);
        failures = 0;
      } catch (error) {
        failures += 1;
        await backOff(ctx, slot, { error, failures });
        slot.changePending = true;
      }
      if (slot.changePending) continue;
      if (slot.gone) {
        forget();
        return;
      }
      if (delayMs === undefined) return;
      ctx.emit({ kind: 'object-waiting', object: slot.ref, until: ctx.clock.now() + delayMs, why: 'retry' });
      slot.bell.reset();
      await slot.bell.wait(delayMs, ctx.stopping);
    }
  } catch (error) {
    if (!isEnd(ctx, error)) throw error;
  } finally {
    slot.changeLane = 'idle';
    restSlot(slot);
  }
}

/** The operator ends: no failure of the object. */
function isEnd(ctx: EngineContext, error: unknown): boolean {
  return isAbort(error, ctx.stopping) || isAbort(error, ctx.ended);
}

/** One look at the newest state. Resolves with the time after which to look again by itself, if any. */
async function onePass(ctx: EngineContext, slot: ObjectSlot): Promise<number | undefined> {
  await waitForEvents(ctx, slot);
  if (await waitForOwnWrite(ctx, slot)) return undefined;
  if (slot.gone) {
    slot.changePending = false;
    stopTimers(slot, 'object-deleted');
    return processObject(ctx, slot, () => undefined);
  }
  if (slot.vanished) {
    slot.changePending = false;
    return undefined;
  }
  const release = await ctx.workers.acquire(ctx.stopping);
  try {
    const held = holdPass(ctx, slot);
    if (held !== undefined) return held;
    slot.changePending = false;
    return await processObject(ctx, slot, release);
  } finally {
    release();
  }
}

/**
 * Event handlers of the states that this pass will see go first, as in Kopf (spec Y-06): they may fill the memo. One that never
 * ends holds its object up for a while, not for ever.
 */
async function waitForEvents(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  if (slot.eventLane === 'idle') return;
  const patience = new AbortController();
  const bound = ctx.clock.sleep(ctx.settings.execution.cancellationTimeoutMs, patience.signal).catch(() => undefined);
  await raceAbort(Promise.race([slot.eventProgress.caughtUp(), bound]), ctx.stopping, undefined);
  patience.abort(OVER);
  ctx.stopping.throwIfAborted();
}

/** Where versions have no order, an own write is awaited, for a bounded time (design 6.6). True: look again. */
async function waitForOwnWrite(ctx: EngineContext, slot: ObjectSlot): Promise<boolean> {
  if (slot.kind.change.length === 0 || slot.gone || slot.version === undefined || !slot.expectation) return false;
  const nowMs = ctx.clock.monotonicMs();
  if (isConsistent(slot.version, slot.expectation, nowMs)) return false;
  const waitMs = slot.expectation.deadlineMs - nowMs;
  ctx.emit({ kind: 'object-waiting', object: slot.ref, until: ctx.clock.now() + waitMs, why: 'consistency' });
  slot.bell.reset();
  await slot.bell.wait(waitMs, ctx.stopping);
  slot.changePending = true;
  return true;
}

/** A plugin may say "not now" (quarantine, pause, leadership): then the object waits and the reason is a fact. */
function holdPass(ctx: EngineContext, slot: ObjectSlot): number | undefined {
  if (ctx.admitPass.length === 0) return undefined;
  const view: ObjectView = { ref: slot.ref, body: plainOf(bodyOf(slot)) };
  for (const { plugin, part } of ctx.admitPass) {
    const verdict = part(view);
    if (verdict.go) continue;
    slot.changePending = false;
    ctx.emit({ kind: 'pass-held', object: slot.ref, plugin, why: verdict.reason });
    return verdict.retryAfterMs;
  }
  return undefined;
}

/** Waits after an unexpected error; rethrows what is only the end of the operator. */
async function backOff(
  ctx: EngineContext,
  slot: ObjectSlot,
  { error, failures }: { readonly error: unknown; readonly failures: number },
): Promise<void> {
  if (isEnd(ctx, error)) throw error;
  const retryInMs = errorDelayMs(ctx, failures);
  ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs });
  await ctx.clock.sleep(retryInMs, ctx.stopping);
}
