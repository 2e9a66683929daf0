import type { AccessControl } from '../access/access-control.js';
import type { UserInfo } from '../access/user.js';
import type { ApiServerClock } from '../clock.js';
import type { Resource } from '../kind/resource.js';
import type { LifecycleParts } from '../lifecycle/definition-lifecycle.js';
import type { WatchParts } from '../watch/open-watch.js';
import type { WriteContext } from '../write/write-context.js';
import type { Negotiated } from './negotiation.js';
import type { View } from './representation.js';

/** What all routes share. */
export interface ServerParts {
  /** Of the front end: `main`, or the name of a replica. */
  readonly name: string;
  readonly write: WriteContext;
  readonly watch: WatchParts;
  readonly lifecycle: LifecycleParts;
  readonly access: AccessControl;
  readonly clock: ApiServerClock;
  readonly version: string;
  /** Whether reads without a version are answered from the store, and not from what this front end has seen of it. */
  readonly consistentReads: boolean;
  /** Milliseconds that a read waits for a version from the future. */
  readonly freshnessTimeoutMs: number;
}

/** A request, taken apart. */
export interface IncomingRequest {
  readonly method: string;
  readonly steps: readonly string[];
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
  /** Who asks, after impersonation. */
  readonly user: UserInfo;
  /** Sent with the answer, also with a refusal. */
  readonly warnings: string[];
}

/** A request to a resource that is served. */
export interface ResourceRequest extends IncomingRequest {
  readonly parts: ServerParts;
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly negotiated: Negotiated;
}

export function viewOf(request: ResourceRequest): View {
  const include = request.query.get('includeObject');
  return {
    resource: request.resource,
    form: request.negotiated.form,
    formVersion: request.negotiated.version,
    include: include === 'None' || include === 'Object' ? include : 'Metadata',
    nowMs: request.parts.clock.now(),
  };
}
