import type { AuditEntry } from './audit/audit-entry.js';
import type { ApiServerClock } from './clock.js';
import type { ServerFaults } from './faults/fault.js';
import type { TlsIdentity } from './http/self-signed.js';
import type { ServerSnapshot } from './snapshot.js';
import type { JsonObject } from './store/json-value.js';

/** Who a bearer token stands for. */
export interface ApiUser {
  readonly name: string;
  /** Default: none. */
  readonly uid?: string | undefined;
  /** `system:authenticated` is added; `system:masters` may do everything. Default: none. */
  readonly groups?: readonly string[] | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Options of {@link createApiServer}. */
export interface ApiServerOptions {
  /** Time and timers. Default: those of the machine. */
  readonly clock?: ApiServerClock | undefined;
  /** The same seed gives the same uids and generated names. Default: random. */
  readonly seed?: number | undefined;
  /** The version that the server claims. Default: `v1.36.3`. */
  readonly version?: string | undefined;
  /** How many events of each resource are kept for resuming watches. Default: 10,000. */
  readonly historyLimit?: number | undefined;
  /** How many events a watch keeps for a client that does not read; with more it is cut off, as by kube-apiserver. Default: 10,000. */
  readonly pendingEventLimit?: number | undefined;
  /** Milliseconds between the bookmarks of a watch. Default: 60,000. */
  readonly bookmarkIntervalMs?: number | undefined;
  /** Milliseconds that a read waits for a version from the future before it gets 504. Default: 3,000; 0: it does not wait. */
  readonly freshnessTimeoutMs?: number | undefined;
  /**
   * Keep `metadata.managedFields` and answer server-side apply. Default: true; without it writes are a little cheaper and apply gets 415.
   */
  readonly managedFields?: boolean | undefined;
  /**
   * Whether the content of a deleted namespace goes, and then the namespace, as controllers of a cluster do it. Default: true; without,
   * namespaces stay `Terminating` until their `finalize` is called.
   */
  readonly deletesNamespaceContent?: boolean | undefined;
  /**
   * Whether the dependents of a deleted owner (`metadata.ownerReferences`) are deleted, in the background, in the foreground or not at all as
   * the deletion asked for it. Default: true, as in a cluster, though at once; `false` is a kube-apiserver without a controller manager.
   */
  readonly garbageCollection?: boolean | undefined;
  /** Bearer tokens and their users. Default: none, and unknown tokens are ignored. */
  readonly tokens?: Readonly<Record<string, ApiUser>> | undefined;
  /**
   * Who may do what: everybody everything, or what the stored Roles and ClusterRoles with their bindings allow (then `system:masters` may do
   * everything, and the roles of every cluster are there: `cluster-admin`, `admin`, `edit`, `view`, `system:discovery` …).
   * Default: `AlwaysAllow`.
   */
  readonly authorization?: 'AlwaysAllow' | 'RBAC' | undefined;
  /**
   * Whether requests without a token are those of `system:anonymous`; else they are refused with 401.
   * Default: true, except with `tokens` and without `RBAC`.
   */
  readonly anonymousAuth?: boolean | undefined;
  /** Sees every request after it was answered; see {@link ApiServer.audit} for listeners that come and go. */
  readonly audit?: ((entry: AuditEntry) => void) | undefined;
}

/** A request as bytes would carry it. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Ends a watch. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer; everything but a watch is one chunk. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A server that listens. */
export interface ListeningServer {
  /** `http://HOST:PORT`, with TLS `https://HOST:PORT`. */
  readonly url: string;
  readonly port: number;
  /** With TLS: the certificate (PEM) to trust. It is in the kubeconfig of its URL, too. */
  readonly ca?: string | undefined;
  /** Ends all connections, watches included, and stops listening. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /**
   * HTTPS, by HTTP/2 or HTTP/1.1 as the client likes. `true` makes a certificate (for `host` and the names of this machine itself) that is
   * its own authority; else a key and a certificate in PEM. Default: plain HTTP/1.1.
   */
  readonly tls?: boolean | TlsIdentity | undefined;
}

/** A way into the store: the server itself, or one of its replicas. */
export interface FrontEnd {
  /**
   * Answers one request without sockets.
   *
   * *Guarantees*: the request is executed as a whole before any other; nothing but its own timers (watch timeouts, bookmarks, waiting for
   * a version from the future) and faults delays it. Refusals are answers. Only faults that break the connection reject, and break the
   * chunks, with a {@link ConnectionError}.
   */
  handle(request: ApiRequest): Promise<ApiResponse>;
  /** Serves over HTTP or HTTPS. Rejects with the error of Node when the port is taken (`EADDRINUSE`) or the key is broken. */
  listen(options?: ListenOptions): Promise<ListeningServer>;
  /**
   * A kubeconfig for a URL of this server; its JSON text is a valid kubeconfig file.
   *
   * @param user the name of a user of `tokens`. Default: the first of them.
   */
  kubeconfig(url: string, user?: string): JsonObject;
  /** Ends all watches and listeners. */
  close(): Promise<void>;
}

/** Options of a replica. */
export interface ReplicaOptions {
  /** For fault rules and the audit. Default: `replica-1`, `replica-2` … */
  readonly name?: string | undefined;
  /** How many events of each resource this view keeps. Default: as many as the server. */
  readonly historyLimit?: number | undefined;
  /**
   * Whether lists and gets without a resourceVersion are answered from the store, as by kube-apiserver. Default: true; `false` gives the
   * stale reads of old or broken servers.
   */
  readonly consistentReads?: boolean | undefined;
  /** How many versions the view stays behind. Default: 0. */
  readonly lag?: number | undefined;
}

/**
 * One more front end of the same store, with a view of its own, as the watch cache of a second kube-apiserver.
 *
 * Writes, and reads without a resourceVersion, go to the store. Reads with a resourceVersion that is not exact (`0`, `NotOlderThan`) and all
 * watches are answered from the view. A read from the view's future waits, then gets 504; a watch from its future waits for its events.
 */
export interface ApiReplica extends FrontEnd {
  readonly name: string;
  /** The newest version that it has seen. */
  readonly version: number;
  /** Stays so many versions behind the store from now on. It never goes back: it stands still until the store is that far ahead. */
  lag(revisions: number): void;
  /** Sees nothing new any more. */
  freeze(): void;
  /** Sees everything that it missed, in order, as far as its lag allows. */
  thaw(): void;
  /** Forgets history up to a version. Default: all that it has seen. */
  compact(version?: number): void;
}

/** An in-memory Kubernetes API server. */
export interface ApiServer extends FrontEnd {
  /** What will go wrong, at this server and its replicas. */
  readonly faults: ServerFaults;
  /** Adds a front end; `close()` of the server closes it, too. Throws a RangeError when the name is taken. */
  replica(options?: ReplicaOptions): ApiReplica;
  /** Calls `listener` after every request of every front end, in order; the returned function stops that. */
  audit(listener: (entry: AuditEntry) => void): () => void;
  /**
   * Forgets history up to a version (default: all): watches from older versions get 410 Expired, and so do the next pages of lists and exact
   * lists. Replicas keep what they have seen, as kube-apiserver does when etcd is compacted.
   */
  compact(version?: number): void;
  /** All objects, by collection and key. */
  dump(): readonly JsonObject[];
  /** Everything that is stored, as plain JSON. */
  snapshot(): ServerSnapshot;
  /**
   * Puts the content of a snapshot in the place of everything, as when etcd is restored from a backup: uids and versions of objects are
   * those of the snapshot, all watches end, history is forgotten, and replicas start over. Throws a TypeError for what is no snapshot.
   */
  restore(snapshot: ServerSnapshot, options?: RestoreOptions): void;
}

/** Options of {@link ApiServer.restore}. */
export interface RestoreOptions {
  /**
   * `fall-back` (default): the next write gets the version after the snapshot's, and clients may know higher ones. `continue`: versions go on
   * from the highest of both, as after `etcdutl snapshot restore --bump-revision`.
   */
  readonly versions?: 'fall-back' | 'continue' | undefined;
}
