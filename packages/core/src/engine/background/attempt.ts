// An attempt of a timer or daemon, and its own patch: each is written as soon as the attempt has ended (spec DM-08, DM-10, DM-12).
import type { BackgroundHandler } from '../../handlers/handler-spec.js';
import type { Outcome } from '../../handlers/outcome.js';
import { recordAfter } from '../../handlers/progress.js';
import type { ProgressRecord } from '../../model/progress-record.js';
import { isEmptyPatch } from '../../patch/merge-patch.js';
import { applyPending } from '../apply-patch.js';
import { factError, isAbort } from '../context.js';
import { storeMemo } from '../durable-memo.js';
import { invokeHandler, type AttemptEnd } from '../invoke-handler.js';
import { bodyOf } from '../object-slot.js';
import { OVER } from '../race-abort.js';
import type { Refusing } from '../refusal.js';
import type { TaskRun } from './task.js';

export interface Attempted {
  readonly outcome: Exclude<Outcome, { readonly kind: 'cancelled' }>;
  readonly record: ProgressRecord;
}

/** At once, if the handler is done when it returns and leaves nothing to write. @throws the reason of the stop, if the attempt was cut short by it. */
export function attempt(run: TaskRun, record: ProgressRecord, handler: BackgroundHandler = run.handler): Attempted | Promise<Attempted> {
  const { base, slot, live, leave } = run;
  const end = invokeHandler(base, slot, {
    handler,
    body: bodyOf(slot),
    record,
    more: { stopped: run.switch.flag },
    signal: run.cancelled,
    live,
    ended: leave,
  });
  return end instanceof Promise ? end.then((ended) => concludeAttempt(run, record, ended)) : concludeAttempt(run, record, end);
}

function concludeAttempt(run: TaskRun, record: ProgressRecord, end: AttemptEnd): Attempted | Promise<Attempted> {
  const { outcome, patch, fns } = end;
  if (outcome.kind === 'cancelled') throw run.told.reason ?? run.leave.reason ?? OVER;
  const attempted = (): Attempted => ({ outcome, record: recordAfter(record, outcome, run.base.clock.now()) });
  if (isEmptyPatch(patch) && fns === undefined && run.base.memoStore === undefined) return attempted();
  return writeQuietly(run, end).then(attempted);
}

/** What is refused keeps a timer from running again no longer than its interval, and never its object from being deleted. */
function untilNextAttempt({ ctx, slot, handler, told }: TaskRun): Refusing {
  const intervalMs = handler.family === 'timer' ? handler.intervalMs : undefined;
  const deadlineMs = intervalMs === undefined ? undefined : ctx.clock.monotonicMs() + intervalMs;
  return { isSuperseded: () => slot.newest.deleting || told.aborted, deadlineMs };
}

/** A failure in writing must not end the task (spec DM-11): it is reported, and the next attempt writes again. */
async function writeQuietly(run: TaskRun, { patch, fns }: AttemptEnd): Promise<void> {
  const { ctx, slot, handler } = run;
  const isPatched = !isEmptyPatch(patch) || fns !== undefined;
  try {
    const transformations = fns && new Map([[handler.id, fns]]);
    const refusing = untilNextAttempt(run);
    if (isPatched) await applyPending(ctx, slot, { contributions: new Map([[handler.id, patch]]), transformations, refusing });
    await storeMemo(ctx, slot);
  } catch (error) {
    if (isAbort(error, ctx.ended) || isAbort(error, ctx.stopping)) throw error;
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
  }
}
