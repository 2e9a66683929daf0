import type { Duration } from '../model/duration.js';
import type { MetadataCriteria, ValueCriterion } from '../model/filter.js';
import type { ChangeArgs, EventArgs, IndexArgs, InitialDelay, TimerArgs, WhenPredicate } from '../model/handler-function.js';
import type { RetryOptions } from '../model/retry-options.js';
import type { Schedule } from '../model/schedule.js';
import type { FieldOf, SpecOf, StatusOf } from './typed-resource.js';

/** Of all handlers of objects. */
export interface FilterOptions<Args, Field> {
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

/** Of `timer` and `daemon`. */
type BackgroundOptions<Selector, Memo> = FilterOptions<TimerArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>, FieldOf<Selector>> &
  RetryOptions & {
    /** Before the first attempt of each start. A number is seconds; or a function of the object that says so. Default: 0. */
    readonly initialDelay?: Duration | InitialDelay<TimerArgs<SpecOf<Selector>, StatusOf<Selector>, Memo>> | undefined;
    /** Keeps the object until it has come to its end: for a timer, the running invocation. Default: false. */
    readonly finalizer?: boolean | undefined;
  };

/** Of `daemon`. */
export type DaemonOptions<Selector = string, Memo = unknown> = BackgroundOptions<Selector, Memo> & {
  /** From `stopped` being set to the abort of `signal`. A number is seconds. Default: 0. */
  readonly cancellationBackoff?: Duration | undefined;
  /** From the abort of `signal` until nobody waits for it any more; then it is told and counted. A number is seconds. Default: for ever. */
  readonly cancellationTimeout?: Duration | undefined;
  /** How often it is told that it is still exiting, where there is no time-out. Default: `settings.background.cancellationPolling`. */
  readonly cancellationPolling?: Duration | undefined;
};

/** Of `timer`. Without `interval`, `idle` and `schedule` it runs once. */
export type TimerOptions<Selector = string, Memo = unknown> = BackgroundOptions<Selector, Memo> & {
  /** From the end of an invocation to the start of the next. A number is seconds. */
  readonly interval?: Duration | undefined;
  /** When it runs by the clock on the wall, for example `cron('0 3 * * *')` of `@kopfts/cron`. Excludes `interval`, `sharp` and `idle`. */
  readonly schedule?: Schedule | undefined;
  /**
   * Adds up to that long, by chance, to the initial delay, and with a `schedule` to each of its moments, so that many do not run at the
   * same one. A number is seconds. Default: 0.
   */
  readonly jitter?: Duration | undefined;
  /** Only when the object has not changed for so long. A number is seconds. */
  readonly idle?: Duration | undefined;
  /** Starts are aligned to the grid of the interval. Default: false. */
  readonly sharp?: boolean | undefined;
};
