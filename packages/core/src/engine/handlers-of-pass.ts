// Which of the handlers that are due run in this pass: the lifecycle is asked, with views of the object.
import type { ChangeHandler } from '../handlers/handler-spec.js';
import { chooseHandlers, handlerStates } from '../handlers/lifecycle.js';
import type { ChangeValues } from '../handlers/select.js';
import type { Lifecycle, LifecycleArgs } from '../model/lifecycle.js';
import { dateOf } from '../runtime/instant-date.js';
import type { ChangePass } from './pass-state.js';

/** When a lifecycle leaves out everything that is due, the object is looked at again after so long. */
export const DEFERRED_MS = 1000;

export interface Choosing {
  readonly due: readonly ChangeHandler[];
  readonly lifecycle: Lifecycle;
  /** What is being handled. */
  readonly values: ChangeValues;
}

/** @throws LifecycleError. */
export function handlersOfThisPass(
  { ctx, input, reason, state }: Pick<ChangePass, 'ctx' | 'input' | 'reason' | 'state'>,
  { due, lifecycle, values }: Choosing,
): readonly ChangeHandler[] {
  return chooseHandlers(lifecycle, due, (): LifecycleArgs =>
    Object.freeze({
      ...(input.match.args() as Omit<LifecycleArgs, 'state' | 'random'>),
      ...values,
      reason,
      state: handlerStates(state.progress, ctx.clock.now(), dateOf),
      random: () => ctx.random.next(),
    }),
  );
}
