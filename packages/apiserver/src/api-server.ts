import type { ApiServerClock } from './clock.js';
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

/** One change that a request made. Versions are those of the object before and after; a deletion has the version of the deletion. */
export interface AuditCommit {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `plural` or `group/plural`. */
  readonly collection: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
}

/** One answered request; a watch is reported when it opens. */
export interface AuditEntry {
  /** Wall-clock milliseconds since 1970. */
  readonly at: number;
  /** The Kubernetes verb (`list`, `patch`, `deletecollection` …), or the HTTP method in lower case. */
  readonly verb: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly userAgent: string;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly resource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly code: number;
  readonly commits: readonly AuditCommit[];
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
  /** Milliseconds between the bookmarks of a watch. Default: 60,000. */
  readonly bookmarkIntervalMs?: number | undefined;
  /**
   * Whether the content of a deleted namespace goes, and then the namespace, as controllers of a cluster do it. Default: true; without,
   * namespaces stay `Terminating` until their `finalize` is called.
   */
  readonly deletesNamespaceContent?: boolean | undefined;
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
  /** Sees every request after it was answered. */
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
  /** `http://HOST:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Ends all connections, watches included, and stops listening. */
  close(): Promise<void>;
}

/** An in-memory Kubernetes API server. */
export interface ApiServer {
  /**
   * Answers one request without sockets.
   *
   * *Guarantees*: the request is executed as a whole before any other; nothing but its own timers (watch timeouts, bookmarks) delays it.
   * Refusals are answers, not rejections.
   */
  handle(request: ApiRequest): Promise<ApiResponse>;
  /** Serves over HTTP. Default: `127.0.0.1`, a free port. */
  listen(options?: { port?: number | undefined; host?: string | undefined }): Promise<ListeningServer>;
  /**
   * A kubeconfig for a URL of this server; its JSON text is a valid kubeconfig file.
   *
   * @param user the name of a user of `tokens`. Default: the first of them.
   */
  kubeconfig(url: string, user?: string): JsonObject;
  /** Forgets all history: watches from older versions get 410 Expired, and so do the next pages of lists. */
  compact(): void;
  /** All objects, by collection and key. */
  dump(): readonly JsonObject[];
  /** Ends all watches and listeners. */
  close(): Promise<void>;
}
