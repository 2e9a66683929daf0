// The schedule of a timer, in memory only: one invocation after another, each with as many attempts as it takes (spec section 18).
import type { TimerHandler } from '../../handlers/handler-spec.js';
import { emptyRecord } from '../../handlers/progress.js';
import type { Instant } from '../../model/instant.js';
import { nextMoment, type Schedule } from '../../model/schedule.js';
import { attempt } from './attempt.js';
import { sayWaiting, type TaskRun } from './task.js';

/** How late a timer with a schedule hears that the clock on the wall was set. */
const LOOK_MS = 600_000;

type TimerRun = TaskRun<TimerHandler>;

/** Resolves when the timer is over for good, rejects when it was stopped. */
export async function runTimer(run: TimerRun): Promise<void> {
  const { ctx, slot, handler, told } = run;
  const { schedule } = handler;
  if (schedule) return runScheduled(run, schedule);
  for (;;) {
    await waitIdle(run);
    const startedMs = ctx.clock.monotonicMs();
    const { lastChangeMs } = slot;
    if ((await untilSettled(run)) === 'failed') return;
    if (handler.intervalMs !== undefined) {
      const leftMs = untilNext(handler, handler.intervalMs, ctx.clock.monotonicMs() - startedMs);
      sayWaiting(run, 'interval', leftMs);
      await ctx.clock.sleep(leftMs, told);
    } else if (handler.idleMs !== undefined) await waitChange(run, { lastChangeMs, pollMs: handler.idleMs });
    else return;
  }
}

/** By the clock on the wall: moments that pass while it runs, or while the operator is down, are not made up for. */
async function runScheduled(run: TimerRun, schedule: Schedule): Promise<void> {
  const { ctx, handler, told } = run;
  let last = ctx.wallClock.now();
  for (;;) {
    // A clock that is set back meanwhile does not bring a moment again.
    const moment = nextMoment(schedule, Math.max(last, ctx.wallClock.now()), `'${handler.id}'`);
    if (moment === undefined) return;
    last = moment;
    sayWaiting(run, 'schedule', moment - ctx.wallClock.now());
    await untilMoment(run, moment + (handler.jitterMs > 0 ? ctx.random.next() * handler.jitterMs : 0));
    told.throwIfAborted();
    if ((await untilSettled(run)) === 'failed') return;
  }
}

/** The clock may be set while we wait: it is looked at now and then. */
async function untilMoment({ ctx: { wallClock: clock }, told }: TimerRun, moment: Instant): Promise<void> {
  for (let leftMs = moment - clock.now(); leftMs > 0; leftMs = moment - clock.now()) await clock.sleep(Math.min(leftMs, LOOK_MS), told);
}

/** From the end of the last invocation, or on the grid of the interval from its start (spec T-02, T-03). */
function untilNext(handler: TimerHandler, intervalMs: number, elapsedMs: number): number {
  return handler.sharp && intervalMs > 0 ? intervalMs - (elapsedMs % intervalMs) : intervalMs;
}

/** Sleeps until the object had no essential change for `idle`; changes prolong it (spec T-06). */
async function waitIdle(run: TimerRun): Promise<void> {
  const {
    ctx,
    slot,
    handler: { idleMs },
    told,
  } = run;
  if (idleMs === undefined) return;
  for (;;) {
    const leftMs = slot.lastChangeMs + idleMs - ctx.clock.monotonicMs();
    if (leftMs <= 0) return;
    sayWaiting(run, 'idle', leftMs);
    await ctx.clock.sleep(leftMs, told);
  }
}

/** Idle-only timers run once per idle period: wait for a next essential change (spec T-10, T-11). */
async function waitChange(run: TimerRun, wait: { lastChangeMs: number; pollMs: number }): Promise<void> {
  const { ctx, slot, told } = run;
  if (slot.lastChangeMs === wait.lastChangeMs) sayWaiting(run, 'change');
  while (slot.lastChangeMs === wait.lastChangeMs) await ctx.clock.sleep(Math.max(wait.pollMs, 1), told);
}

/** Attempts until success or final failure; each attempt's patch is written at once (spec T-14, T-15, DM-08, DM-10). */
async function untilSettled(run: TimerRun): Promise<'succeeded' | 'failed'> {
  const { ctx, told } = run;
  let record = emptyRecord(undefined, ctx.clock.now());
  for (;;) {
    const { outcome, record: after } = await attempt(run, record);
    if (outcome.kind === 'succeeded' || outcome.kind === 'ignored') return 'succeeded';
    if (outcome.kind === 'failed') return 'failed';
    record = after;
    await ctx.clock.sleep(outcome.delayMs ?? 0, told);
    await waitIdle(run);
  }
}
