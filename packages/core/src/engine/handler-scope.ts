// How accessors such as `events(ctx)` get from the argument of a handler to the engine: by a property that no name can meet.
import { NoHandlerScopeError } from '../errors.js';
import type { ObjectRef } from '../model/object.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import type { Children } from './children/children.js';
import type { EventPoster } from './post-events.js';

export const SCOPE = Symbol.for('@kopfts/handler-scope');

/** What accessors find behind the argument of a handler. */
export interface HandlerScope {
  /** As its plugin made it. */
  readonly client: ClusterClient;
  /** Of a handler of objects. */
  readonly handling?: HandledObject | undefined;
}

/** The handled object, who posts Events about it, and who makes what belongs to it. */
export interface HandledObject {
  readonly object: ObjectRef;
  readonly poster: EventPoster;
  readonly children: Children;
  /** Aborts when the grace of the operator is over. */
  readonly ended: AbortSignal;
}

/** Puts the scope where {@link scopeOf} finds it; copies made by `...` keep it. */
export function withScope<T extends object>(args: T, scope: HandlerScope): T {
  return Object.assign(args, { [SCOPE]: scope });
}

/** @throws NoHandlerScopeError `KOPF_NO_HANDLER_SCOPE` if it is not the argument of a handler; `accessor` is for its message. */
export function scopeOf(args: object, accessor: string): HandlerScope {
  const scope = (args as { readonly [SCOPE]?: HandlerScope })[SCOPE];
  if (scope === undefined) throw new NoHandlerScopeError(accessor);
  return scope;
}

/**
 * The cluster client behind the argument of a handler, as its plugin made it: for the accessors of that plugin.
 *
 * @param args the argument of a handler of objects, of the start or of the end; not of a login, which comes before all requests.
 * @param accessor who asks, for the message of the error, such as `api()`.
 * @throws NoHandlerScopeError `KOPF_NO_HANDLER_SCOPE` if it is anything else.
 */
export function clusterClientOf(args: object, accessor: string): ClusterClient {
  return scopeOf(args, accessor).client;
}
