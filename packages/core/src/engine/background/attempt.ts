// An attempt of a timer or daemon, and its own patch: each is written as soon as the attempt has ended (spec DM-08, DM-10, DM-12).
import type { Outcome } from '../../handlers/outcome.js';
import { recordAfter } from '../../handlers/progress.js';
import type { ProgressRecord } from '../../model/progress-record.js';
import { isEmptyPatch } from '../../patch/merge-patch.js';
import { applyPending } from '../apply-patch.js';
import { factError, isAbort } from '../context.js';
import { storeMemo } from '../durable-memo.js';
import { invokeHandler, type AttemptEnd } from '../invoke-handler.js';
import { bodyOf } from '../object-slot.js';
import type { TaskRun } from './task.js';

export interface Attempted {
  readonly outcome: Exclude<Outcome, { readonly kind: 'cancelled' }>;
  readonly record: ProgressRecord;
}

/** @throws the reason of the stop, if the attempt was cut short by it. */
export async function attempt(run: TaskRun, record: ProgressRecord): Promise<Attempted> {
  const { ctx, slot, handler, told, signal, live } = run;
  const end = await invokeHandler(ctx, slot, { handler, body: bodyOf(slot), record, more: { stopped: run.switch.flag }, signal, live });
  const { outcome } = end;
  if (outcome.kind === 'cancelled') throw told.aborted ? told.reason : ctx.ended.reason;
  await writeQuietly(run, end);
  return { outcome, record: recordAfter(record, outcome, ctx.clock.now()) };
}

/** A failure in writing must not end the task (spec DM-11): it is reported, and the next attempt writes again. */
async function writeQuietly({ ctx, slot, handler }: TaskRun, { patch, fns }: AttemptEnd): Promise<void> {
  const isPatched = !isEmptyPatch(patch) || fns !== undefined;
  if (!isPatched && ctx.memoStore === undefined) return;
  try {
    const transformations = fns && new Map([[handler.id, fns]]);
    if (isPatched) await applyPending(ctx, slot, { contributions: new Map([[handler.id, patch]]), transformations });
    await storeMemo(ctx, slot);
  } catch (error) {
    if (isAbort(error, ctx.ended) || isAbort(error, ctx.stopping)) throw error;
    ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
  }
}
