import type { Duration } from './duration.js';
import type { HandlerArgs } from './handler-function.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- untyped kinds have any-valued spec, status, body and memo on purpose (design 2) */

/** For `on.reconcile`: no `old`, `new` or `diff`, because what counts is how things are. The views are live. */
export type ReconcileArgs<Spec = any, Status = any, Memo = any> = HandlerArgs<Spec, Status, Memo>;

/** What `on.reconcile` may return instead of nothing. */
export interface Requeue {
  /** Runs again after that long, if nothing changes before. A number is seconds; zero is at once, without a pause, as long as it says so. Default: only when something changes. */
  readonly requeueAfter?: Duration | undefined;
}

/** Nothing, or when to run again. */
export type ReconcileResult = void | Requeue | undefined;

/** Makes things as the object says. Must be repeatable: it runs at each start of the operator, too. */
export type ReconcileFunction<Spec = any, Status = any, Memo = any> = (
  args: ReconcileArgs<Spec, Status, Memo>,
) => ReconcileResult | Promise<ReconcileResult>;
