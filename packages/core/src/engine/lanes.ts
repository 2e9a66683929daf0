// The two lanes of an object: events in their order, and changes, where only the newest state counts. Each has at most one
// task, started on demand; a failure backs this object off and looks at its last state again (design 6.11).
import type { ObjectView } from '../model/object.js';
import { delayFromList } from '../watch/backoff.js';
import { isConsistent } from '../queue/consistency.js';
import type { QueuedEvent } from '../queue/object-queue.js';
import { factError, isAbort, type EngineContext } from './context.js';
import { handleEvent } from './handle-event.js';
import { bodyOf, restSlot, type ObjectSlot } from './object-slot.js';
import { processObject } from './process-object.js';
import { stopTimers } from './timers.js';

/** Starts what has something to do. Called whenever a state was taken in. */
export function wakeLanes(ctx: EngineContext, slot: ObjectSlot, forget: () => void): void {
  if (ctx.stopping.aborted) return;
  if (slot.eventLane === 'idle' && slot.events.length > 0) {
    slot.eventLane = 'running';
    slot.eventsDrained = new Promise((resolve) => {
      ctx.spawn('events', () =>
        runEventLane(ctx, slot).finally(() => {
          resolve();
          wakeLanes(ctx, slot, forget);
        }),
      );
    });
  }
  if (slot.changeLane === 'idle' && slot.changePending) {
    slot.changeLane = 'running';
    ctx.spawn('changes', () => runChangeLane(ctx, slot, forget).finally(() => wakeLanes(ctx, slot, forget)));
  }
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
  // Event handlers of the states that this pass will see go first, as in Kopf (spec Y-06): they may fill the memo.
  await slot.eventsDrained;
  if (slot.kind.change.length > 0 && !slot.gone && slot.version !== undefined && slot.expectation) {
    const nowMs = ctx.clock.monotonicMs();
    if (!isConsistent(slot.version, slot.expectation, nowMs)) {
      ctx.emit({
        kind: 'object-waiting',
        object: slot.ref,
        until: ctx.clock.now() + (slot.expectation.deadlineMs - nowMs),
        why: 'consistency',
      });
      await slot.bell.wait(slot.expectation.deadlineMs - nowMs, ctx.stopping);
      slot.changePending = true;
      return undefined;
    }
    slot.expectation = undefined;
  }
  if (slot.gone) {
    slot.changePending = false;
    stopTimers(slot, 'object-deleted');
    return processObject(ctx, slot);
  }
  const held = holdPass(ctx, slot);
  if (held !== undefined) return held;
  return ctx.workers.run(ctx.stopping, async () => {
    slot.changePending = false;
    return processObject(ctx, slot);
  });
}

/** A plugin may say "not now" (quarantine, pause, leadership): then the object waits and the reason is a fact. */
function holdPass(ctx: EngineContext, slot: ObjectSlot): number | undefined {
  if (ctx.admitPass.length === 0) return undefined;
  const view: ObjectView = { ref: slot.ref, body: bodyOf(slot) };
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
  const retryInMs = delayFromList(
    ctx.settings.queueing.errorDelaysMs.map((ms) => ms / 1000),
    failures,
  );
  ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs });
  await ctx.clock.sleep(retryInMs, ctx.stopping);
}
