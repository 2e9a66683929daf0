// Level-triggered: runs for how things are, whatever led there. What happens while it runs makes it run once more, however much it was.
import { InvalidOptionError } from '../../errors.js';
import type { Reconciling, TimerHandler } from '../../handlers/handler-spec.js';
import { emptyRecord } from '../../handlers/progress.js';
import { durationMs } from '../../model/duration.js';
import type { Requeue } from '../../model/reconcile.js';
import { attempt } from '../background/attempt.js';
import { sayWaiting, type TaskRun } from '../background/task.js';
import { followIndexes, type FollowedIndexes } from './follow-indexes.js';
import { createWakeup, type Wakeup } from '../wakeup.js';

interface Bells {
  /** Rings for essential changes of the object. */
  readonly object: Wakeup;
  /** Rings for these, for what it owns, and for what it reads of indexes. */
  readonly anything: Wakeup;
}

export interface Reconciler {
  readonly handler: TimerHandler;
  readonly reconciles: Reconciling;
}

interface Listening {
  readonly handler: TimerHandler;
  readonly bells: Bells;
  readonly indexes: FollowedIndexes;
}

/** Begins with a run, because nobody knows what happened before; rejects when it was stopped. */
export async function runReconcile(run: TaskRun, { handler, reconciles }: Reconciler): Promise<void> {
  const { ctx, slot } = run;
  const { owned, dependsOn } = reconciles;
  const bells: Bells = { object: createWakeup(ctx.clock), anything: createWakeup(ctx.clock) };
  const changed = (): void => {
    bells.object.ring();
    bells.anything.ring();
  };
  const changes = (slot.background.essenceChanged ??= new Set());
  changes.add(changed);
  const unlisten = owned === undefined ? undefined : ctx.indexes.store(owned).listen(slot.ref.uid, () => bells.anything.ring());
  const indexes = followIndexes(run, dependsOn, () => bells.anything.ring());
  try {
    await runForEver(run, { handler, bells, indexes });
  } finally {
    indexes.close();
    changes.delete(changed);
    unlisten?.();
  }
}

async function runForEver(run: TaskRun, { handler, bells, indexes }: Listening): Promise<never> {
  const { ctx } = run;
  const told = run.told.signal;
  let record = emptyRecord(undefined, ctx.clock.now());
  for (;;) {
    bells.object.reset();
    bells.anything.reset();
    const requeue: RequeueWish = { afterMs: undefined };
    const { outcome, record: after } = await attempt(run, record, followingAndKeepingWish(handler, indexes, requeue));
    if (outcome.kind === 'retry' || outcome.kind === 'unfinished') {
      // What it owns may change by the failing attempt itself: only the object cuts the back-off short.
      const woken = await bells.object.wait(outcome.delayMs ?? 0, told);
      record = woken === 'rung' ? emptyRecord(undefined, ctx.clock.now()) : after;
    } else {
      // Also after a final failure: another state may be one that it can handle.
      sayWaiting(run, 'change', requeue.afterMs);
      await bells.anything.wait(requeue.afterMs, told);
      record = emptyRecord(undefined, ctx.clock.now());
    }
  }
}

interface RequeueWish {
  afterMs: number | undefined;
}

/**
 * What it returns is not a result: nothing of it goes to the status. A failure to say which keys count is one of the attempt: it is tried
 * again, and a change of the object is heard.
 */
function followingAndKeepingWish(handler: TimerHandler, indexes: FollowedIndexes, wish: RequeueWish): TimerHandler {
  return {
    ...handler,
    fn: async (args) => {
      indexes.follow();
      wish.afterMs = requeueMs(await handler.fn(args), handler.id);
    },
  };
}

function requeueMs(returned: unknown, id: string): number | undefined {
  if (returned === undefined || returned === null) return undefined;
  const what = `What the reconcile handler '${id}' returned`;
  if (typeof returned !== 'object' || Object.keys(returned).some((key) => key !== 'requeueAfter'))
    throw new InvalidOptionError(what, returned, 'nothing, or { requeueAfter }');
  const { requeueAfter } = returned as Requeue;
  return requeueAfter === undefined ? undefined : durationMs(requeueAfter, `\`requeueAfter\` of '${id}'`);
}
