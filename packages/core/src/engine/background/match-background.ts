// Timers and daemons of objects: on each event, those that match start and those that do not are told to stop.
import { assertNever } from '../../errors.js';
import type { BackgroundHandler } from '../../handlers/handler-spec.js';
import { durationMs } from '../../model/duration.js';
import type { StopCause } from '../../model/handler-function.js';
import { factError, type EngineContext } from '../context.js';
import { sharedArgs } from '../handler-args.js';
import { judgeHandler, type Judging } from '../judge-handler.js';
import { bodyOf, type ObjectSlot } from '../object-slot.js';
import { raceAbort } from '../race-abort.js';
import { runReconcile } from '../reconcile/run-reconcile.js';
import { runDaemon } from './daemons.js';
import { planBackground, type JudgedHandler } from './plan-background.js';
import { startTask } from './task.js';
import { startTimer } from './timers.js';

/** Starts what matches the newest state, stops what does not (spec DM-02, DM-04, DM-15, T-20). */
export function matchBackground(ctx: EngineContext, slot: ObjectSlot, deleted: boolean): void {
  const { background } = slot.kind;
  if (background.length === 0) return;
  if (deleted || slot.gone || slot.newest.deleting) {
    stopBackground(slot, 'object-deleted');
    return;
  }
  const body = bodyOf(slot);
  const input = { body, args: () => sharedArgs(ctx, slot, { body }) };
  const judged = background.map((handler) => judge(ctx, slot, { handler, input }));
  const { running, endedForGood } = slot.background;
  const plan = planBackground(judged, { running: new Set(running.keys()), endedForGood });
  for (const id of plan.stop) running.get(id)?.stop('filters-mismatch');
  if (ctx.stopping.aborted || slot.released) return;
  for (const handler of plan.start) start(ctx, slot, { handler, input });
}

/** A filter that throws decides nothing: what runs goes on, what does not is not started. */
function judge(ctx: EngineContext, slot: ObjectSlot, judging: Judging<BackgroundHandler>): JudgedHandler {
  const verdict = judgeHandler(ctx, slot, judging);
  if (verdict !== 'undecided' && verdict.matched) slot.matchedOnce = true;
  return { handler: judging.handler, verdict };
}

function start(ctx: EngineContext, slot: ObjectSlot, { handler, input }: Judging<BackgroundHandler>): void {
  try {
    startHandler(ctx, slot, { handler, initialDelayMs: initialDelayMs(ctx, { handler, input }) });
  } catch (error) {
    // Its delay is asked of a function of the user's; the next event asks again.
    ctx.emit({ kind: 'object-failed', object: slot.ref, handler: handler.id, error: factError(error), retryInMs: 0 });
  }
}

function startHandler(
  ctx: EngineContext,
  slot: ObjectSlot,
  { handler, initialDelayMs }: { readonly handler: BackgroundHandler; readonly initialDelayMs: number },
): void {
  const again = (): void => rematch(ctx, slot);
  switch (handler.family) {
    case 'timer': {
      const { reconciles } = handler;
      if (reconciles) startTask(ctx, slot, { handler, initialDelayMs, again, run: (run) => runReconcile(run, { handler, reconciles }) });
      else startTimer(slot.work?.base ?? ctx, slot, { handler, initialDelayMs, again: rematch });
      return;
    }
    case 'daemon':
      startTask(ctx, slot, { handler, initialDelayMs, again, run: runDaemon });
      return;
    default:
      assertNever(handler);
  }
}

function rematch(ctx: EngineContext, slot: ObjectSlot): void {
  matchBackground(ctx, slot, false);
}

/** Asked anew at each start (spec DM-07, T-05). Chance is asked only where it counts. */
function initialDelayMs({ random }: EngineContext, { handler, input }: Judging<BackgroundHandler>): number {
  const { initialDelay } = handler;
  const delayMs =
    typeof initialDelay === 'function' ? durationMs(initialDelay(input.args()), `\`initialDelay\` of '${handler.id}'`) : initialDelay;
  const jitterMs = handler.family === 'timer' && !handler.schedule && handler.jitterMs > 0 ? random.next() * handler.jitterMs : 0;
  return delayMs + jitterMs;
}

/** Tells all timers and daemons of an object to end. */
export function stopBackground(slot: ObjectSlot, cause: StopCause): void {
  for (const task of slot.background.running.values()) task.stop(cause);
}

/** Some timer or daemon that holds the finalizer has not ended, nor was it given up (design 6.10). */
export function isHeld(slot: ObjectSlot): boolean {
  return [...slot.background.running.values()].some((task) => task.isHolding);
}

/** Waits for those; an object that is gone waits for nothing. */
export async function untilLetGo(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  const holding = [...slot.background.running.values()].filter((task) => task.isHolding).map((task) => task.isLetGo);
  if (holding.length === 0) return;
  const cut = new AbortController();
  slot.cancelChange = (why) => {
    if (slot.gone || slot.vanished) cut.abort(new Error(why));
  };
  try {
    if (slot.gone || slot.vanished) return;
    await raceAbort(Promise.all(holding), AbortSignal.any([ctx.ended, cut.signal]), undefined);
  } finally {
    slot.cancelChange = undefined;
  }
}
