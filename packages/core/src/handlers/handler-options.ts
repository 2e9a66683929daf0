import type { Duration } from '../model/duration.js';
import type { MetadataCriteria, ValueCriterion } from '../model/filter.js';
import type { ChangeArgs, EventArgs, IndexArgs, TimerArgs, WhenPredicate } from '../model/handler-function.js';
import type { RetryOptions } from '../model/retry-options.js';
import type { FieldOf, SpecOf, StatusOf } from './typed-resource.js';

/** Of all handlers of objects. */
interface FilterOptions<Args, Field> {
  /** Persisted on objects: unique per kind. Default: the name of the function, else the kind of handler; plus `/field`. */
  readonly id?: string | undefined;
  /** Passed back as `param`, to tell several registrations of one function apart. */
  readonly param?: unknown;
  /** All must match: a value, `PRESENT`, `ABSENT`, or `(value, args) => boolean`. */
  readonly labels?: MetadataCriteria | undefined;
  readonly annotations?: MetadataCriteria | undefined;
  /** Asked last. Synchronous. */
  readonly when?: WhenPredicate<Args> | undefined;
  /** `'spec.replicas'`, or a list of keys. Without `value` it must be present. */
  readonly field?: Field | undefined;
  /** Needs `field`. */
  readonly value?: ValueCriterion | undefined;
}

type ChangeOptions<Selector, Memo> = FilterOptions<ChangeArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>, FieldOf<Selector>> &
  RetryOptions;

/** Of `on.create`. */
export type CreateOptions<Selector = string, Memo = unknown> = ChangeOptions<Selector, Memo>;

/** Of `on.update`. */
export type UpdateOptions<Selector = string, Memo = unknown> = ChangeOptions<Selector, Memo> & {
  /** Needs `field`, excludes `value`. */
  readonly old?: ValueCriterion | undefined;
  /** Needs `field`, excludes `value`. */
  readonly new?: ValueCriterion | undefined;
};

/** Of `on.delete`. */
export type DeleteOptions<Selector = string, Memo = unknown> = ChangeOptions<Selector, Memo> & {
  /** Asks for no finalizer: runs only if something else keeps the object. Default: false. */
  readonly optional?: boolean | undefined;
};

/** Of `on.resume`. */
export type ResumeOptions<Selector = string, Memo = unknown> = ChangeOptions<Selector, Memo> & {
  /** Also for objects that are being deleted. Default: false. */
  readonly deleted?: boolean | undefined;
};

/** Of `on.field`: `field` is what it is about. */
export type FieldOptions<Selector = string, Memo = unknown> = Omit<UpdateOptions<Selector, Memo>, 'field'> & {
  /** `'spec.replicas'`, or a list of keys. */
  readonly field: FieldOf<Selector>;
};

/** Of `on.event`. There are no retries: errors are logged and forgotten. */
export type EventOptions<Selector = string, Memo = unknown> = FilterOptions<
  EventArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>,
  FieldOf<Selector>
>;

/** Of `index`. Arbitrary errors are ignored by default: what the object had in the index stays. */
export type IndexOptions<Selector = string, Memo = unknown> = FilterOptions<
  IndexArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>,
  FieldOf<Selector>
> &
  RetryOptions;

/** Of `timer`. Without `interval` and `idle` it runs once. */
export type TimerOptions<Selector = string, Memo = unknown> = FilterOptions<
  TimerArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>,
  FieldOf<Selector>
> &
  RetryOptions & {
    /** From the end of an invocation to the start of the next. A number is seconds. */
    readonly interval?: Duration | undefined;
    /** Before the first invocation. A number is seconds. Default: 0. */
    readonly initialDelay?: Duration | undefined;
    /** Only when the object has not changed for so long. A number is seconds. */
    readonly idle?: Duration | undefined;
    /** Starts are aligned to the grid of the interval. Default: false. */
    readonly sharp?: boolean | undefined;
    /** Keeps the object until the running invocation has ended. Default: false. */
    readonly finalizer?: boolean | undefined;
  };
