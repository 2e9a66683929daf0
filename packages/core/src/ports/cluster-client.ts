import type { KopfError } from '../errors.js';
import type { InvalidCause } from '../model/fact.js';
import type { KubernetesEvent, RecordOutcome } from '../model/kubernetes-event.js';
import type { ObjectWrite } from '../model/object-write.js';
import type { SeenObject } from '../model/object.js';
import type { CollectionRef, Resource } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import type { WatchSignal } from '../model/watch-event.js';

export type { ObjectWrite } from '../model/object-write.js';

/** What the cluster serves, at least in the API groups that the selectors need. */
export interface Catalogue {
  readonly resources: readonly Resource[];
}

export interface WatchOptions {
  /** Only objects with these labels arrive; outside it nothing is released. */
  readonly labelSelector?: string | undefined;
  /** Only objects with these values of fields arrive. */
  readonly fieldSelector?: string | undefined;
}

/** What became of a write (design 6.8). Everything else (no permission, server away) is thrown as a `KopfError` and may be tried again. */
export type WriteOutcome =
  | { readonly kind: 'committed'; readonly object: SeenObject }
  /** No such object any more. */
  | { readonly kind: 'gone' }
  /** The name belongs to a new object. */
  | { readonly kind: 'replaced' }
  /** Computed from an older state than the server has: take a newer one, compute again. */
  | { readonly kind: 'stale' }
  /** The schema or a rule refuses it: the same write never succeeds. */
  | { readonly kind: 'invalid'; readonly causes: readonly InvalidCause[]; readonly message: string }
  /** The endpoint is not served any more: the kind was removed, or lost its status subresource. */
  | { readonly kind: 'kindChanged' }
  /** Sent, but the answer was lost: it may have been committed. */
  | { readonly kind: 'ambiguous'; readonly error: KopfError };

/** Whether the bearer of a token may ask for a path that is no resource, for example `get /metrics`. */
export interface AccessQuestion {
  /** A bearer token of the cluster. */
  readonly token: string;
  /** For whom the token must have been made; absent: for the API server. */
  readonly audiences?: readonly string[] | undefined;
  /** Lower case, for example `get`. */
  readonly verb: string;
  readonly path: string;
}

/** `unknown`: the token is nobody's here (401); `denied`: somebody's who may not (403). */
export type AccessAnswer = 'allowed' | 'denied' | 'unknown';

/** The cluster, without HTTP, codes or JSON text. Contract: `clusterClientContract` in `@kopfts/core/contracts`. */
export interface ClusterClient {
  /** What is served now in the groups of these selectors (all groups if one names none). */
  resolve(selectors: readonly Selector[], signal: AbortSignal): Promise<Catalogue>;
  /** Yields whenever what is served may have changed. Ends only by the signal. */
  catalogueChanges(signal: AbortSignal): AsyncIterable<void>;
  /** The objects of a collection and their changes, for ever: it ends only by the signal. The consumer never blocks it for long. */
  watch(of: CollectionRef, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchSignal>;
  /** Whether we may list and watch a collection; asked where one watch could take the place of many. Absent: not known, so no. */
  mayWatch?(of: CollectionRef, signal: AbortSignal): Promise<boolean>;
  /** Asks the cluster by reviews of the token and of the access. Absent: it cannot, so nobody may. Throws `KopfError` if there is no answer. */
  authorize?(question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer>;
  /**
   * What tells this cluster from all others for ever: the uid of its namespace `kube-system`. Asked only where something outside is shared
   * between clusters. Throws `KopfError`, also if we may not know.
   */
  clusterUid?(signal: AbortSignal): Promise<string>;
  /** Sends one write. Throws `KopfError` for what may succeed later. */
  write(write: ObjectWrite, signal: AbortSignal): Promise<WriteOutcome>;
  /**
   * Records a Kubernetes Event, in the order of the calls for one object, without holding up anything else. Never rejects: what
   * cannot be recorded is lost, and nothing more. Repetitions are counted, floods are cut.
   */
  record(event: KubernetesEvent, signal: AbortSignal): Promise<RecordOutcome>;
}
