// Attempts of change handlers that were told to end, and may not listen (design 6.11).
import type { StopCause } from '../model/handler-function.js';
import type { EngineContext } from './context.js';
import type { AttemptEnd } from './invoke-handler.js';
import type { ObjectSlot } from './object-slot.js';
import { runningAlone, type ChangePass } from './pass-state.js';
import { OVER } from './race-abort.js';

/** A cancelled handler may take `cancellationTimeout` to come to its end; then the object goes on without it, and beside it. */
export async function settleAttempt(pass: ChangePass, attempt: Promise<AttemptEnd>): Promise<AttemptEnd> {
  const { ctx, cancel } = pass;
  const first = await cancel.race(attempt, undefined);
  if (first) return first;
  const patience = new AbortController();
  const over = (): undefined => undefined;
  const late = ctx.clock.sleep(ctx.settings.execution.cancellationTimeoutMs, patience.signal).then(over, over);
  try {
    const end = await Promise.race([attempt, late]);
    if (end !== undefined) return end;
  } finally {
    patience.abort(OVER);
  }
  abandon(pass, attempt);
  return { outcome: { kind: 'cancelled' }, patch: {} };
}

/** It is named, and counted for as long as it still runs; what it does then counts for nothing. */
function abandon({ ctx, slot, state }: ChangePass, attempt: Promise<AttemptEnd>): void {
  const why = causeOf(ctx, slot);
  for (const handler of runningAlone(state)) {
    const isOver = ctx.background.abandon({ object: slot.ref, handler, family: 'change' });
    attempt.then(isOver, isOver);
    const abandoned = ctx.background.abandoned().length;
    ctx.emit({ kind: 'handler-abandoned', object: slot.ref, handler, family: 'change', why, abandoned });
  }
}

function causeOf({ stopping }: EngineContext, { gone, vanished, newest }: ObjectSlot): StopCause {
  if (gone || vanished || newest.deleting) return 'object-deleted';
  return stopping.aborted ? 'operator-stopping' : 'handler-replaced';
}
