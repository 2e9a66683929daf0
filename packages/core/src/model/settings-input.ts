// What settings are called, and in which units users say them.
import type { BackoffPolicy } from './backoff-policy.js';
import type { Duration } from './duration.js';
import type { Lifecycle } from './lifecycle.js';

/** What a configuration may say; everything is optional. Durations: a number is seconds, or text with a unit. */
export interface SettingsInput {
  readonly process?:
    | {
        /** From the beginning of the end: what cleanup handlers have not done until then is left undone; default 600 s, null: no limit. */
        readonly ultimateExitingTimeout?: Duration | null | undefined;
      }
    | undefined;
  readonly probing?:
    | {
        /** How long what probe handlers said is given again without asking them; default 10 s, 0: never. */
        readonly maxAge?: Duration | undefined;
      }
    | undefined;
  readonly explaining?:
    | {
        /** How many facts are kept in memory for `explain()`, of all objects together; default 10,000 (some 5 MB), 0: none. */
        readonly factLimit?: number | undefined;
      }
    | undefined;
  readonly scanning?:
    | {
        /** Whether kinds and namespaces that come and go are not noticed: what is there at the start counts; default false. */
        readonly disabled?: boolean | undefined;
      }
    | undefined;
  readonly queueing?:
    | {
        /** Objects whose change handlers run at the same time; default unlimited. */
        readonly workerLimit?: number | undefined;
        /** Requests that change objects in flight at the same time; default 50. The others wait: those that release an object first. */
        readonly writeLimit?: number | undefined;
        /** Events waiting per object before neighbours merge; default 128. */
        readonly eventLimit?: number | undefined;
        /**
         * Waits after unexpected errors of one object; the last repeats. Anything that can be iterated, also without end: the first 100 are
         * taken. Empty: the error is reported, and the object is looked at again when it changes. Default 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610 s.
         */
        readonly errorDelays?: Iterable<Duration> | undefined;
        /** What running handlers get at the end of the operator; default 2 s. */
        readonly exitTimeout?: Duration | undefined;
      }
    | undefined;
  readonly execution?:
    | {
        /** Wait after arbitrary errors of handlers, always the same or a policy that grows; default 60 s. */
        readonly defaultBackoff?: Duration | BackoffPolicy | undefined;
        /** Which handlers of changes, of those that are due, run in one pass, and in which order; default all (`allAtOnce`). */
        readonly lifecycle?: Lifecycle | undefined;
        /** How long a deletion waits for a cancelled handler of the same object, and a pass for a hanging event handler; default 60 s. */
        readonly cancellationTimeout?: Duration | undefined;
      }
    | undefined;
  readonly persistence?:
    | {
        /** A pass that lasts longer writes what it has; default 2 s. */
        readonly flushAfter?: Duration | undefined;
        /** … and again so often, if something changed; default 30 s. */
        readonly flushEvery?: Duration | undefined;
        /** How long to wait for an own write to come back where versions cannot be compared, or for a state that was handled; default 5 s, 0 disables. */
        readonly consistencyTimeout?: Duration | undefined;
      }
    | undefined;
  /** Timers and daemons. */
  readonly background?:
    | {
        /** How often it is told that a daemon without `cancellationTimeout` is still exiting; default 60 s. It is not what a deletion waits for. */
        readonly cancellationPolling?: Duration | undefined;
      }
    | undefined;
  /** What of the served kinds is watched. Read when a watch of a kind begins. */
  readonly watching?:
    | {
        /**
         * Label selectors by kind, sent to the server as they are: `{ 'pods.v1': 'team=a,tier!=web' }`. Keys are what handlers are declared with, as text.
         * Of several keys of a kind all count. What the server does not send does not exist: outside of the selection nothing is released; default none.
         */
        readonly labelSelectors?: Readonly<Record<string, string>> | undefined;
        /** The same for field selectors, such as `status.phase=Running`; default none. */
        readonly fieldSelectors?: Readonly<Record<string, string>> | undefined;
        /**
         * Shard selectors by kind, passed on as they are (`shardSelector`, an alpha feature of Kubernetes 1.36). Of several keys of a kind the first counts, also with an
         * empty text, which sends nothing. A server without the feature ignores it, and then each instance serves everything; default none.
         */
        readonly shardSelectors?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** Kubernetes Events: what `kubectl describe` shows below an object. */
  readonly posting?:
    | {
        /** Whether any are posted; default true. */
        readonly enabled?: boolean | undefined;
        /** Whether what handlers log becomes Events, too, with what the engine says of change handlers and timers; default false. */
        readonly loggers?: boolean | undefined;
        /** The lowest level that is posted: `debug`, `info`, `warn` or `error`; default `info`. */
        readonly level?: LogLevel | undefined;
        /** Who says so; default the operator's name, or `kopf` without one. */
        readonly reportingComponent?: string | undefined;
        /** Which one of it; default `dev`. */
        readonly reportingInstance?: string | undefined;
        /** Beginning of the names of Events; default `kopf-event-`. */
        readonly eventNamePrefix?: string | undefined;
        /** Waits before further attempts to post what handlers ask for; default 1, 1, 2, 3, 5, 8, 13, 21 s; empty: one attempt. */
        readonly defaultBackoffs?: readonly Duration[] | undefined;
        /** The same for Events made of log lines; default 1, 1, 2, 3, 5 s. */
        readonly loggingBackoffs?: readonly Duration[] | undefined;
        /** Events being posted at the same time; default 4. */
        readonly workerLimit?: number | undefined;
      }
    | undefined;
}

/** Levels of log lines, from the least to the most important. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Settings as startup handlers change them: every section is there; what is not set has its default. Frozen when the last of them has ended. */
export type MutableSettings = { readonly [Section in keyof SettingsInput]-?: Writable<NonNullable<SettingsInput[Section]>> };
