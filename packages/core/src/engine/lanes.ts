// The two lanes of an object: events in their order, and changes, where only the newest state counts. Each has at most one
// task, started on demand; a failure backs this object off and looks at its last state again (design 6.11).
import { isKopfError } from '../errors.js';
import { askAdmittance } from '../plugin/ask-plugin.js';
import { plainOf } from '../model/json.js';
import type { ObjectView } from '../model/object.js';
import { withoutSecrets } from '../model/without-secrets.js';
import { isConsistent } from '../queue/consistency.js';
import type { QueuedEvent } from '../queue/object-queue.js';
import { matchBackground, stopBackground } from './background/match-background.js';
import { errorDelayMs, factError, isAbort, type EngineContext } from './context.js';
import { loadMemo, storeMemo } from './durable-memo.js';
import { handleEvent } from './handle-event.js';
import { indexed } from './index-object.js';
import { bodyOf, lookAgain, restSlot, type ObjectSlot, type SlotWork } from './object-slot.js';
import type { NextLook } from './pass-state.js';
import { processObject } from './process-object.js';
import { OVER, raceAbort } from './race-abort.js';
import { workOf } from './slot-work.js';
import { NO_TURN, requestTurn, type Turn } from './turn.js';
import { waitForPlace } from './wait-for-place.js';

/** Starts what has something to do. Called whenever a state was taken in. */
export function wakeLanes(base: EngineContext, slot: ObjectSlot, forget: (slot: ObjectSlot) => void): void {
  if (base.stopping.aborted || slot.released) return;
  if (slot.eventLane === 'idle' && (slot.events.length > 0 || slot.backgroundPending)) {
    slot.eventLane = 'running';
    const { ctx } = workOf(base, slot);
    ctx.spawn('events', () => runEventLane(ctx, slot));
  }
  if (slot.changeLane === 'idle' && slot.changePending) wakeChangeLane({ base, slot, forget });
}

/** The lane of changes of one object. */
interface ChangeLane {
  readonly base: EngineContext;
  readonly slot: ObjectSlot;
  readonly forget: (slot: ObjectSlot) => void;
}

function wakeChangeLane(lane: ChangeLane): void {
  const isWaiting = !isReady(lane.slot);
  const turn = isWaiting ? undefined : turnOf(lane, 0);
  if (isWaiting || turn !== undefined) startLane(lane, { failures: 0, turn });
}

/** Nothing has to be awaited but its turn: it needs no task before. */
function isReady({ gone, vanished, indexing, eventLane, expectation }: ObjectSlot): boolean {
  return !gone && !vanished && indexing?.running === undefined && eventLane === 'idle' && expectation === undefined;
}

/** What a lane begins with. */
interface LaneStart {
  /** Of the passes before, in a row. */
  readonly failures: number;
  /** That of its first pass, if it has it already. */
  readonly turn: Turn | undefined;
}

function startLane(lane: ChangeLane, start: LaneStart): void {
  const { base, slot } = lane;
  slot.changeLane = 'running';
  const work = workOf(base, slot);
  work.ctx.spawn('changes', () => runChangeLane(lane, work, start));
}

/** The turn, if it may have it now. Otherwise the lane is queued: it begins anew when the turn has come. */
function turnOf(lane: ChangeLane, failures: number): Turn | undefined {
  const { base, slot } = lane;
  const turn = requestTurn(base, slot, (later) => {
    // At the end of the operator nobody is to have it any more.
    if (!base.stopping.aborted) startLane(lane, { failures, turn: later });
  });
  if (turn === undefined) slot.changeLane = 'queued';
  return turn;
}

async function runEventLane(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  let failures = 0;
  let event: QueuedEvent | undefined;
  try {
    while (!ctx.stopping.aborted) {
      // An event leaves the queue before it is handled: later ones may be merged, this one may not.
      if (event === undefined) [event, ...slot.events] = slot.events;
      if (event === undefined && !slot.backgroundPending) return;
      failures = event === undefined ? await lookAtBackground(ctx, slot) : await handleNext(ctx, slot, { event, failures });
      if (failures === 0) event = undefined;
    }
  } catch (error) {
    if (!isEnd(ctx, error)) throw error;
  } finally {
    slot.eventLane = 'idle';
    restSlot(slot);
    slot.wake(slot);
  }
}

/** Timers and daemons are others now: those that the newest state asks for start, although nothing happened to the object. */
async function lookAtBackground(ctx: EngineContext, slot: ObjectSlot): Promise<0> {
  slot.backgroundPending = false;
  try {
    await indexed(ctx, slot);
    if (ctx.memoStore !== undefined) await loadMemo(ctx, slot, () => slot.newest.body());
    matchBackground(ctx, slot, slot.gone);
  } catch (error) {
    // The next event asks again.
    if (isEnd(ctx, error)) throw error;
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
  }
  return 0;
}

interface NextEvent {
  readonly event: QueuedEvent;
  readonly failures: number;
}

/** Resolves with how often it has failed by now; 0: it is over. */
async function handleNext(ctx: EngineContext, slot: ObjectSlot, next: NextEvent): Promise<number> {
  await indexed(ctx, slot);
  return (await tryEvent(ctx, slot, next)) === 'again' ? next.failures + 1 : 0;
}

async function tryEvent(ctx: EngineContext, slot: ObjectSlot, { event, failures }: NextEvent): Promise<'over' | 'again'> {
  try {
    if (ctx.memoStore !== undefined) await loadMemo(ctx, slot, () => event.object.body());
    await handleEvent(ctx, slot, event);
    if (ctx.memoStore !== undefined) await storeMemo(ctx, slot);
  } catch (error) {
    const sleep = (ms: number): Promise<void> => ctx.clock.sleep(ms, ctx.stopping);
    if ((await backOff(ctx, slot, { error, failures: failures + 1, sleep })) === 'again') return 'again';
  }
  slot.eventProgress.handled(event.object);
  return 'over';
}

/** When to look again by itself, in ms, if ever; `queued`: the lane begins anew when it is its turn. */
type PassEnd = NextLook | 'queued';

async function runChangeLane(lane: ChangeLane, work: SlotWork, start: LaneStart): Promise<void> {
  const { slot, forget } = lane;
  const { ctx, bell } = work;
  let { failures, turn } = start;
  let isQueued = false;
  try {
    while (!ctx.stopping.aborted) {
      let delayMs: PassEnd;
      try {
        delayMs = await (turn === undefined ? onePass(lane, work, failures) : passInTurn(work, slot, turn));
        failures = 0;
      } catch (error) {
        failures = await afterFailure(work, slot, { error, failures });
      }
      turn = undefined;
      isQueued = delayMs === 'queued';
      if (delayMs === 'queued') return;
      if (slot.changePending) continue;
      if (slot.gone) {
        forget(slot);
        return;
      }
      if (delayMs === undefined) return;
      const why = slot.contest?.isOpen ? 'contested' : 'retry';
      ctx.emit({ kind: 'object-waiting', object: slot.ref, until: ctx.clock.now() + delayMs, why });
      bell.reset();
      await bell.wait(delayMs, ctx.stopping);
      lookAgain(slot);
    }
  } catch (error) {
    if (!isEnd(ctx, error)) throw error;
  } finally {
    if (turn !== undefined) giveBack(turn);
    if (!isQueued) slot.changeLane = 'idle';
    restSlot(slot);
    slot.wake(slot);
  }
}

/** A pass threw. Resolves with how often that has happened in a row by now; a store that is away is no failure. */
async function afterFailure(
  work: SlotWork,
  slot: ObjectSlot,
  { error, failures }: { readonly error: unknown; readonly failures: number },
): Promise<number> {
  if (isKopfError(error, 'KOPF_STORE_AWAY') && !isEnd(work.ctx, error)) {
    await waitForPlace(work.ctx, slot, error);
    lookAgain(slot);
    return 0;
  }
  const sleep = (ms: number): Promise<void> => sleepUnlessGone(work, slot, ms);
  if ((await backOff(work.ctx, slot, { error, failures: failures + 1, sleep })) === 'again') lookAgain(slot);
  return failures + 1;
}

/** The operator ends: no failure of the object. */
function isEnd(ctx: EngineContext, error: unknown): boolean {
  return isAbort(error, ctx.stopping) || isAbort(error, ctx.ended);
}

/** One look at the newest state. Resolves with the time after which to look again by itself, if any. */
async function onePass(lane: ChangeLane, work: SlotWork, failures: number): Promise<PassEnd> {
  const { slot } = lane;
  const { ctx } = work;
  // Hardly ever there is something to wait for, and each promise on the way would be felt.
  if (slot.indexing?.running !== undefined) await indexed(ctx, slot);
  if (slot.eventLane === 'running') await waitForEvents(ctx, slot);
  const waitMs = msToOwnWrite(ctx, slot);
  if (waitMs > 0) {
    await waitForOwnWrite(work, slot, waitMs);
    return undefined;
  }
  if (slot.gone) {
    slot.changePending = false;
    stopBackground(slot, 'object-deleted');
    return processObject(ctx, slot, NO_TURN);
  }
  if (slot.vanished) {
    slot.changePending = false;
    return undefined;
  }
  const turn = turnOf(lane, failures);
  return turn === undefined ? 'queued' : passInTurn(work, slot, turn);
}

async function passInTurn({ ctx }: SlotWork, slot: ObjectSlot, turn: Turn): Promise<NextLook> {
  const startedMs = ctx.clock.monotonicMs();
  try {
    slot.changePending = false;
    const held = holdPass(ctx, slot);
    if (held !== undefined) return held;
    const processing = processObject(ctx, slot, turn);
    return processing instanceof Promise ? await processing : processing;
  } finally {
    giveBack(turn);
    ctx.emit({ kind: 'turn-ended', object: slot.ref, tookMs: ctx.clock.monotonicMs() - startedMs });
  }
}

function giveBack(turn: Turn): void {
  turn.leaveRoom();
  turn.releaseWorker();
}

/**
 * Event handlers of the states that this pass will see go first, as in Kopf (spec Y-06): they may fill the memo. One that never
 * ends holds its object up for a while, not for ever.
 */
async function waitForEvents(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  const patience = new AbortController();
  const bound = ctx.clock.sleep(ctx.settings.execution.cancellationTimeoutMs, patience.signal).catch(() => undefined);
  await raceAbort(Promise.race([slot.eventProgress.caughtUp(), bound]), ctx.stopping, undefined);
  patience.abort(OVER);
  ctx.stopping.throwIfAborted();
}

/** Where versions have no order, an own write is awaited, for a bounded time (design 6.6). 0: nothing is awaited. */
function msToOwnWrite(ctx: EngineContext, slot: ObjectSlot): number {
  if (slot.kind.change.length === 0 || slot.gone || slot.version === undefined || !slot.expectation) return 0;
  const nowMs = ctx.clock.monotonicMs();
  return isConsistent(slot.version, slot.expectation, nowMs) ? 0 : slot.expectation.deadlineMs - nowMs;
}

/** Then the object is looked at again. */
async function waitForOwnWrite({ ctx, bell }: SlotWork, slot: ObjectSlot, waitMs: number): Promise<void> {
  ctx.emit({ kind: 'object-waiting', object: slot.ref, until: ctx.clock.now() + waitMs, why: 'consistency' });
  bell.reset();
  await bell.wait(waitMs, ctx.stopping);
  slot.changePending = true;
}

/** A plugin may say "not now" (quarantine, pause, leadership): then the object waits and the reason is a fact. */
function holdPass(ctx: EngineContext, slot: ObjectSlot): number | undefined {
  if (ctx.admitPass.length === 0) return undefined;
  const view: ObjectView = { ref: slot.ref, body: plainOf(bodyOf(slot)) };
  for (const asked of ctx.admitPass) {
    const verdict = askAdmittance(asked, view);
    if (verdict.go) continue;
    ctx.emit({ kind: 'pass-held', object: slot.ref, plugin: asked.plugin, why: withoutSecrets(verdict.reason) });
    return verdict.retryAfterMs;
  }
  return undefined;
}

/**
 * Waits after an unexpected error; rethrows what is only the end of the operator. Without delays nothing is looked at again
 * until something new comes: then the error was told, and that is all (spec Q-21).
 */
async function backOff(
  ctx: EngineContext,
  slot: ObjectSlot,
  { error, failures, sleep }: { readonly error: unknown; readonly failures: number; readonly sleep: (ms: number) => Promise<void> },
): Promise<'again' | 'swallowed'> {
  if (isEnd(ctx, error)) throw error;
  const isSwallowed = ctx.settings.queueing.errorDelaysMs.length === 0;
  const retryInMs = isSwallowed ? 0 : errorDelayMs(ctx, failures);
  ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs });
  if (isSwallowed) return 'swallowed';
  await sleep(retryInMs);
  return 'again';
}

/** Newer states wait for the end of a back-off, the newest of them is looked at then (spec Q-22); an object that is gone waits for nothing. */
async function sleepUnlessGone({ ctx, bell }: SlotWork, slot: ObjectSlot, ms: number): Promise<void> {
  const endMs = ctx.clock.monotonicMs() + ms;
  for (let leftMs = ms; leftMs > 0 && !slot.gone; leftMs = endMs - ctx.clock.monotonicMs()) {
    bell.reset();
    await bell.wait(leftMs, ctx.stopping);
  }
}
