import type { KopfError } from '../errors.js';
import type { AccessRules } from '../model/access-rule.js';
import type { InvalidCause } from '../model/fact.js';
import type { JsonObject } from '../model/json.js';
import type { KubernetesEvent, RecordOutcome, RequestTurn } from '../model/kubernetes-event.js';
import type { ObjectUid } from '../model/ids.js';
import type { ObjectWrite } from '../model/object-write.js';
import type { ObjectRef, SeenObject } from '../model/object.js';
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
  /** Only objects of these shards arrive, where the server has shards. */
  readonly shardSelector?: string | undefined;
  /** What is looked at of the objects: all of it (default), or their metadata alone. */
  readonly content?: 'whole' | 'metadata' | undefined;
}

/** What became of a write (design 6.8). Everything else (no permission, server away) is thrown as a `KopfError` and may be tried again. */
export type WriteOutcome =
  | { readonly kind: 'committed'; readonly object: SeenObject }
  /** No such object any more. */
  | { readonly kind: 'gone' }
  /** The name belongs to a new object. */
  | { readonly kind: 'replaced' }
  /** Computed from an older state than the server has: take a newer one, compute again. `message`: in the words of the server. */
  | { readonly kind: 'stale'; readonly message?: string | undefined }
  /** The schema or a rule refuses it: the same write never succeeds. */
  | { readonly kind: 'invalid'; readonly causes: readonly InvalidCause[]; readonly message: string }
  /** The endpoint is not served any more: the kind was removed, or lost its status subresource. */
  | { readonly kind: 'kindChanged' }
  /** Sent, but the answer was lost: it may have been committed. */
  | { readonly kind: 'ambiguous'; readonly error: KopfError };

/** An object that belongs to another, as it is to be. */
export interface ChildWrite {
  /** For whom it is written. */
  readonly owner: ObjectRef;
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Whole, but for fields that others care for. */
  readonly body: JsonObject;
  /** The very object that is meant; absent: whichever has the name, or a new one. */
  readonly uid?: ObjectUid | undefined;
}

/** What became of a child. Doing it twice is doing it once, so an answer that was lost is asked for again and nothing is ambiguous. */
export type ChildOutcome =
  /** It is as it is to be; where it was so before, nothing was written. */
  | { readonly kind: 'committed'; readonly object: SeenObject }
  /** There is no object of that name any more, or another one. Only where a uid was given. */
  | { readonly kind: 'replaced' }
  /** The schema or a rule refuses it: the same child is never accepted. */
  | { readonly kind: 'invalid'; readonly causes: readonly InvalidCause[]; readonly message: string };

/** Makes objects that belong to others. */
export interface ChildClient {
  /** What the cluster serves under this name. May be remembered. Throws `KopfError` if it serves no such kind. */
  findKind(apiVersion: string, kind: string, signal: AbortSignal): Promise<Resource>;
  /**
   * Makes a child be so, by server-side apply in the name of the operator, whoever else wrote the same fields: creates it, changes it, takes fields away
   * that were applied before and are not in it any more. Throws `KopfError` for what may succeed later.
   */
  apply(child: ChildWrite, signal: AbortSignal): Promise<ChildOutcome>;
}

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
  /** What we may do in a namespace; without one, what we may do in all of them. For tools; absent: not known. */
  rules?(namespace: string | undefined, signal: AbortSignal): Promise<AccessRules>;
  /** The schema of a kind, without references; `undefined`: it has none. For tools; absent: not known. */
  schema?(resource: Resource, signal: AbortSignal): Promise<JsonObject | undefined>;
  /**
   * Sends one write. Throws `KopfError` for what may succeed later. Waits in which nothing is in flight, such as those that the server asks
   * for, are made by `apart`: others may write meanwhile. Default: just wait.
   */
  write(write: ObjectWrite, signal: AbortSignal, apart?: (wait: () => Promise<void>) => Promise<void>): Promise<WriteOutcome>;
  /** For objects that belong to others. Absent: handlers cannot `apply` any. */
  readonly children?: ChildClient | undefined;
  /**
   * Records a Kubernetes Event, in the order of the calls for one object, without holding up anything else. Never rejects: what
   * cannot be recorded is lost, and nothing more. Repetitions are counted, floods are cut. Each request waits for its `turn`, if there is one.
   */
  record(event: KubernetesEvent, signal: AbortSignal, turn?: RequestTurn): Promise<RecordOutcome>;
  /**
   * Calls whenever the cluster was away, for everybody, and is back: what waits to try again need not wait any longer. Returns what ends that. Absent: never
   * known, so all pauses have their full length.
   */
  onReturn?(heard: () => void): () => void;
}
