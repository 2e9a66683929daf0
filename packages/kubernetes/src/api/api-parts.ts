import type { ClusterClient } from '@kopfts/core';
import type { SendPorts } from '../transport/send-again.js';
import type { ReflectPorts } from '../watch/session.js';
import type { KindFinder } from './address.js';

/** What `api(ctx)` works with; one per cluster client. */
export interface ApiParts extends SendPorts, ReflectPorts {
  readonly fieldManager: string;
  readonly kinds: KindFinder;
  /** For what has no namespace of its own. */
  defaultNamespace(): Promise<string>;
}

/** By a symbol, not by a map: there may be two copies of this package, and wrappers copy their client. */
const PARTS = Symbol.for('@kopfts/kubernetes/api-parts');

/** The same client, which {@link apiPartsOf} knows. */
export function withApiParts(client: ClusterClient, parts: ApiParts): ClusterClient {
  return Object.assign(client, { [PARTS]: parts });
}

/** `undefined` if it is no client of this package. */
export function apiPartsOf(client: ClusterClient): ApiParts | undefined {
  return (client as { readonly [PARTS]?: ApiParts })[PARTS];
}
