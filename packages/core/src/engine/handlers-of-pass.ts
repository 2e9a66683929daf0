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

/** Who is to run for what is being handled, but not now, and why not. */
export function sayPassedOver(
  { ctx, slot, state }: Pick<ChangePass, 'ctx' | 'slot' | 'state'>,
  { selected, chosen }: { readonly selected: readonly ChangeHandler[]; readonly chosen: readonly ChangeHandler[] },
): void {
  const now = ctx.clock.now();
  for (const { id } of selected) {
    if (chosen.some((one) => one.id === id)) continue;
    const { success = false, failure = false, delayed } = state.progress.get(id)?.record ?? {};
    const fact = { kind: 'handler-passed-over', object: slot.ref, handler: id } as const;
    if (success || failure) ctx.emit({ ...fact, why: success ? 'succeeded' : 'failed' });
    else if (delayed !== undefined && delayed > now) ctx.emit({ ...fact, why: 'delayed', until: delayed });
    else ctx.emit({ ...fact, why: 'lifecycle' });
  }
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
