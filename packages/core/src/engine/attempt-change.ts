// One attempt of one handler of changes, and what it leaves to its pass; also of sub-handlers, of any depth.
import { advance } from '../handlers/progress.js';
import { argsForField, type ChangeValues } from '../handlers/select.js';
import type { ChangeHandler } from '../handlers/handler-spec.js';
import type { HandlerId } from '../model/ids.js';
import { deepFreeze, plainOf, type Json } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import { isEmptyPatch } from '../patch/merge-patch.js';
import { pendingBody } from '../patch/transform.js';
import { invokeHandler, type AttemptEnd } from './invoke-handler.js';
import type { LateAbort } from './late-abort.js';
import type { ChangePass, PassState } from './pass-state.js';
import { openSubHandling } from './sub-handling.js';

export interface Attempting {
  readonly handler: ChangeHandler;
  /** Of the cause, or what the parent handles. */
  readonly values: ChangeValues;
  /** From the outermost to the parent. */
  readonly ancestors: readonly HandlerId[];
  /** Tells the handler to end. */
  readonly told: AbortSignal | LateAbort;
}

/** At once, if the handler is done when it returns. */
export function attemptChange(pass: ChangePass, { handler, values, ancestors, told }: Attempting): AttemptEnd | Promise<AttemptEnd> {
  const { ctx, slot, input, reason, state, cancel } = pass;
  const entry = state.progress.get(handler.id);
  if (!entry) return { outcome: { kind: 'cancelled' }, patch: {} };
  const { old, new: fresh, diff } = argsForField(values, handler);
  const seen: ChangeValues = { old: deepFreeze(old), new: deepFreeze(fresh), diff: deepFreeze(diff) };
  state.attempted.set(handler.id, { handler, ancestors });
  state.running.set(handler.id, 0);
  const attempt = invokeHandler(ctx, slot, {
    handler,
    body: withPending(input.body, state),
    record: entry.record,
    more: { reason, old: plainOf(seen.old), new: plainOf(seen.new), diff: plainOf(seen.diff) },
    signal: cancel,
    told,
    isLeft: () => state.over,
    openSubHandling: (own) =>
      openSubHandling(pass, {
        parent: handler,
        values: seen,
        ancestors: [...ancestors, handler.id],
        told: own,
        attempt: (child) => attemptChange(pass, child),
      }),
  });
  const conclude = (end: AttemptEnd): AttemptEnd => concludeChange(pass, handler, end);
  return attempt instanceof Promise ? attempt.then(conclude) : conclude(attempt);
}

function concludeChange({ ctx, state }: ChangePass, handler: ChangeHandler, end: AttemptEnd): AttemptEnd {
  state.running.delete(handler.id);
  if (!state.over && end.outcome.kind !== 'cancelled') {
    state.progress = advance(state.progress, handler.id, end.outcome, ctx.clock.now());
    if (!isEmptyPatch(end.patch)) state.contributions.set(handler.id, end.patch);
    if (end.fns) state.transformations.set(handler.id, end.fns);
  }
  return end;
}

/** Later handlers of a pass see status and metadata as they will be (design 6.7). */
function withPending(body: ObjectBody, { contributions, transformations }: PassState): ObjectBody {
  if (contributions.size + transformations.size === 0) return body;
  const { status, metadata } = pendingBody(body, contributions.values(), transformations);
  const pending: Record<string, Json | undefined> = { ...body, metadata, status };
  if (status === undefined) delete pending['status'];
  return deepFreeze(pending as ObjectBody);
}
