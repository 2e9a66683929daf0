import type { Json, ObjectBody } from '@kopfts/core';
import type { HandledReason, InvocationResult } from '../history/history.js';
import type { ModelHandler, OperatorModel } from './invariant.js';
import { essenceOf, storedEssence } from './stored-essence.js';

/** Whether a handler was declared for this reason and its filters accept this body. */
export function wants(handler: ModelHandler, reason: HandledReason, state: MatchedState): boolean {
  if (!handler.reasons.includes(reason)) return false;
  return handler.matches === undefined || handler.matches({ reason, body: state.body, old: state.old(), new: state.fresh() });
}

/** A state that filters may be asked about; its essences are made on demand. */
export interface MatchedState {
  readonly body: ObjectBody;
  old(): Json | undefined;
  fresh(): Json | undefined;
}

/** A state as it stands: against what it says was handled last. */
export function stateOf(body: ObjectBody, model: OperatorModel): MatchedState {
  return { body, old: () => storedEssence(body, model), fresh: () => essenceOf(body, model) };
}

/** The delete handlers for which a deletion waits. */
export function blockingHandlers(model: OperatorModel): readonly ModelHandler[] {
  return model.handlers.filter(({ reasons, blocksDeletion }) => reasons.includes('delete') && blocksDeletion !== false);
}

/**
 * Whether a handler is done with its change when an attempt ends like this: success, permanent failure, or the last attempt that
 * it may make; never as long as its sub-handlers are not. A failed attempt of a handler with a time limit counts, too: the limit may have ended it without another call.
 */
export function isFinishing(handler: ModelHandler | undefined, retry: number, result: InvocationResult): boolean {
  if (result.kind === 'ok' || result.kind === 'permanent') return true;
  if (result.kind === 'cancelled' || result.kind === 'unfinished' || handler === undefined) return false;
  return handler.timeoutMs !== undefined || (handler.maxAttempts !== undefined && retry + 1 >= handler.maxAttempts);
}

/** A handler that fails before its first call is never called. */
export function isNeverCalled({ maxAttempts, timeoutMs }: ModelHandler): boolean {
  return maxAttempts === 0 || timeoutMs === 0;
}
