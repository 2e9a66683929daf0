import type { CallbackArgs } from '../model/handler-function.js';
import type { IndexDependency } from '../model/index-dependency.js';
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
    /**
     * What the handler reads of other indexes: it runs when that changes, such as a secret that the object names. What is indexed again and is the same
     * (lists and plain objects by value) is no change. Default: nothing.
     *
     * @example dependsOn: [{ index: secrets, keys: ({ namespace, spec }) => [`${namespace}/${spec.secretName}`] }]
     */
    readonly dependsOn?: readonly IndexDependency<CallbackArgs<ReconcileArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>>>[] | undefined;
  };
