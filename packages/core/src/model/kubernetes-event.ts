// A Kubernetes Event: a record about an object, for people (`kubectl describe`). Not a watch event.

/** Which object an Event is about (spec EV-15). */
export interface EventSubject {
  /** Empty where it is not known, as of the items of a list. */
  readonly apiVersion: string;
  /** Empty where it is not known. */
  readonly kind: string;
  readonly name: string;
  /** `undefined` for cluster-scoped objects. */
  readonly namespace: string | undefined;
  /** `undefined` where it is not known. */
  readonly uid: string | undefined;
}

/** Who says so, and what the Events are called (spec CF-05..CF-07). */
export interface EventReporter {
  readonly component: string;
  readonly instance: string;
  /** Beginning of the names of Events. */
  readonly namePrefix: string;
}

/** What is to be recorded. */
export interface KubernetesEvent {
  readonly about: EventSubject;
  /** `Normal`, `Warning`, or whatever the author chose. */
  readonly type: string;
  /** One word in upper camel case. */
  readonly reason: string;
  /** Longer than 1,024 characters, it is cut in the middle (spec EV-11). */
  readonly message: string;
  readonly reporter: EventReporter;
  /** Milliseconds before each further attempt; empty: a single one. */
  readonly retryDelaysMs: readonly number[];
}

/**
 * Of each request that is made for it: resolves when it may be sent, with what is to be called when it has its answer. What waits to be
 * tried again holds no turn.
 */
export type RequestTurn = (signal: AbortSignal) => Promise<() => void>;

/** What became of it. */
export type RecordOutcome =
  | { readonly kind: 'recorded' }
  /** The same was said not long ago: the count of that Event was raised. */
  | { readonly kind: 'counted'; readonly count: number }
  /** Not posted: the object says too much, or Events about Events are never posted (spec EV-12). */
  | { readonly kind: 'suppressed'; readonly why: 'rate' | 'event' | 'overflow' }
  | { readonly kind: 'lost'; readonly error: unknown };
