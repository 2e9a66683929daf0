import type { JsonObject, JsonValue } from '../store/json-value.js';

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

/** What a request demanded of the object before it may change it. */
export interface AuditPrecondition {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** The `test` operations of a JSON patch, in their order. */
  readonly tests?: readonly { readonly path: string; readonly value: JsonValue }[] | undefined;
}

/** Who asks for what, as far as the line and the headers of a request tell. */
export interface ApiCall {
  /** The Kubernetes verb (`list`, `patch`, `deletecollection` …), or the HTTP method in lower case. */
  readonly verb: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly user: string | undefined;
  readonly userAgent: string;
  /** The front end that was asked: `main`, or the name of a replica. */
  readonly server: string;
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly resource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** One answered request; a watch is reported when it opens. */
export interface AuditEntry extends ApiCall {
  /** Wall-clock milliseconds since 1970. */
  readonly at: number;
  /** From 1, over all front ends, in the order of arrival. */
  readonly requestId: number;
  /** The user and the user agent, as far as they are known: `alice test/1`. */
  readonly actor: string;
  /** 0 when a fault kept the request from being answered. */
  readonly code: number;
  /** The reason of a refusal: `Conflict`, `Invalid` … */
  readonly reason: string | undefined;
  /** The message of a refusal. */
  readonly message: string | undefined;
  readonly precondition: AuditPrecondition | undefined;
  readonly commits: readonly AuditCommit[];
  /** The kinds of the faults that befell it. */
  readonly faults: readonly string[];
}
