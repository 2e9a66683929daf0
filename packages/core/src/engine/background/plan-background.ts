// Which timers and daemons of an object start and which are told to stop, given what matches and what runs. Pure.
import type { BackgroundHandler, MatchVerdict } from '../../handlers/handler-spec.js';
import type { HandlerId } from '../../model/ids.js';

/** A handler and what its filters said; `undecided`: one of them failed. */
export interface JudgedHandler {
  readonly handler: BackgroundHandler;
  readonly verdict: MatchVerdict | 'undecided';
}

export interface BackgroundState {
  /** Those that run, also those that were told to stop and have not ended yet (spec DM-02). */
  readonly running: ReadonlySet<HandlerId>;
  /** Those that ended on their own: they are over for this object (spec DM-03). */
  readonly endedForGood: ReadonlySet<HandlerId>;
}

export interface BackgroundPlan {
  readonly start: readonly BackgroundHandler[];
  readonly stop: readonly HandlerId[];
}

/** One id is one task, however often it is declared: it is wanted as long as one declaration matches. What is undecided stays as it is. */
export function planBackground(judged: readonly JudgedHandler[], { running, endedForGood }: BackgroundState): BackgroundPlan {
  const wanted = new Map<HandlerId, BackgroundHandler>();
  const kept = new Set<HandlerId>();
  for (const { handler, verdict } of judged) {
    if (verdict === 'undecided') kept.add(handler.id);
    else if (verdict.matched && !wanted.has(handler.id)) wanted.set(handler.id, handler);
  }
  return {
    start: [...wanted.values()].filter(({ id }) => !running.has(id) && !endedForGood.has(id)),
    stop: [...running].filter((id) => !wanted.has(id) && !kept.has(id)),
  };
}
