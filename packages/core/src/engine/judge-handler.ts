import type { BackgroundHandler, EventHandler, IndexHandler, MatchVerdict } from '../handlers/handler-spec.js';
import { matchHandler, type MatchInput } from '../handlers/match.js';
import type { SkippedHandler } from '../handlers/select.js';
import { factError, type EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';

export interface Judging<Handler = EventHandler | BackgroundHandler | IndexHandler> {
  readonly handler: Handler;
  readonly input: MatchInput;
}

/** What the filters of a handler say of an object; a no is told, and so is a filter that throws: that one decides nothing. */
export function judgeHandler(ctx: EngineContext, slot: ObjectSlot, { handler, input }: Judging): MatchVerdict | 'undecided' {
  try {
    const verdict = matchHandler(handler, input);
    if (!verdict.matched) {
      const { filter, found } = verdict;
      ctx.emit({ kind: 'handler-skipped', object: slot.ref, handler: handler.id, family: handler.family, filter, found });
    }
    return verdict;
  } catch (error) {
    ctx.emit({ kind: 'object-failed', object: slot.ref, handler: handler.id, error: factError(error), retryInMs: 0 });
    return 'undecided';
  }
}

/** Who does not run, and why not. */
export function saySkipped(ctx: EngineContext, slot: ObjectSlot, skipped: readonly SkippedHandler[]): void {
  for (const { handler, filter, found } of skipped) {
    ctx.emit({ kind: 'handler-skipped', object: slot.ref, handler: handler.id, family: 'change', filter, found });
  }
}

/** The same, where undecided is no. */
export function isWanted(ctx: EngineContext, slot: ObjectSlot, judging: Judging): boolean {
  const verdict = judgeHandler(ctx, slot, judging);
  return verdict !== 'undecided' && verdict.matched;
}
