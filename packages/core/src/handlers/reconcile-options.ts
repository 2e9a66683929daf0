import type { ReconcileArgs } from '../model/reconcile.js';
import type { RetryOptions } from '../model/retry-options.js';
import type { SelectorInput } from '../model/selector.js';
import type { FilterOptions } from './handler-options.js';
import type { FieldOf, SpecOf, StatusOf } from './typed-resource.js';

/** Of `on.reconcile`. */
export type ReconcileOptions<Selector = string, Memo = unknown> = FilterOptions<
  ReconcileArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>,
  FieldOf<Selector>
> &
  RetryOptions & {
    /**
     * Kinds of objects that have ours as an owner (`metadata.ownerReferences`, by uid). Any change of such an object, and its disappearance,
     * runs the handler of its owner. They are listed and watched wherever the operator works. Default: none.
     */
    readonly owns?: readonly SelectorInput[] | undefined;
  };
