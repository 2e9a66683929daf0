// The one argument of handlers: views of one state, made before the first handler runs, read-only also in production.
import type { HandlerArgs } from '../model/handler-function.js';
import type { HandlerLogger } from '../model/handler-logger.js';
import { plainOf } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { Patch } from '../model/patch.js';
import { EMPTY, liveViewsOf, viewsOf } from './body-views.js';
import type { EngineContext } from './context.js';
import { withScope } from './handler-scope.js';
import { memoOf, type ObjectSlot } from './object-slot.js';

/** What filters and handlers share: the views of one state. */
export type SharedArgs = Omit<HandlerArgs, 'param' | 'retry' | 'started' | 'runtime' | 'signal'>;

interface Seen {
  readonly body: ObjectBody;
  readonly patch: Patch;
  readonly local?: boolean;
  /** What runs in the background sees the newest state at each look, instead of `body`. */
  readonly live?: (() => ObjectBody) | undefined;
}

export function sharedArgs(ctx: EngineContext, slot: ObjectSlot, { body, patch, local = false, live }: Seen): SharedArgs {
  const views = live === undefined ? viewsOf(plainOf(body)) : liveViewsOf(live);
  // Written out: a spread costs as much as the views themselves.
  const args = {
    body: views.body,
    spec: views.spec,
    status: views.status,
    meta: views.meta,
    labels: views.labels,
    annotations: views.annotations,
    name: slot.ref.name,
    namespace: slot.ref.namespace,
    uid: slot.ref.uid,
    patch,
    memo: memoOf(ctx, slot),
    logger: loggerOf(ctx, slot, local),
    resource: slot.ref.resource,
    ...ctx.indexes.args,
  };
  return withScope(args, {
    client: ctx.ownClient,
    handling: { poster: ctx.poster, object: slot.ref, children: ctx.children, ended: ctx.ended },
  });
}

/** Every line becomes a fact with the object's identity; sinks decide what to print, and local ones never become Kubernetes Events. */
function loggerOf(ctx: EngineContext, slot: ObjectSlot, local: boolean): HandlerLogger {
  const mark = local ? { local } : {};
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = EMPTY): void =>
      ctx.emit({ kind: 'logged', level, message, object: slot.ref, fields, ...mark });
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
