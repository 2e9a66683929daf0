// The one argument of handlers: views of one state, made before the first handler runs, read-only also in production.
import type { HandlerArgs } from '../model/handler-function.js';
import type { HandlerLogger } from '../model/handler-logger.js';
import { isJsonObject, plainOf } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { Patch } from '../model/patch.js';
import type { EngineContext } from './context.js';
import { withScope } from './handler-scope.js';
import { memoOf, type ObjectSlot } from './object-slot.js';

const EMPTY: Readonly<Record<string, never>> = Object.freeze({});

/** What filters and handlers share: the views of one state. */
export type SharedArgs = Omit<HandlerArgs, 'param' | 'retry' | 'started' | 'runtime' | 'signal'>;

/** A stanza, or an empty mapping where there is none or no mapping (spec V-01, V-06). */
function stanza(body: ObjectBody, name: string): Readonly<Record<string, unknown>> {
  const value = body[name];
  return isJsonObject(value) ? value : EMPTY;
}

export function sharedArgs(
  ctx: EngineContext,
  slot: ObjectSlot,
  { body: exact, patch, local = false }: { readonly body: ObjectBody; readonly patch: Patch; readonly local?: boolean },
): SharedArgs {
  const body = plainOf(exact);
  const args = {
    body,
    spec: stanza(body, 'spec'),
    status: stanza(body, 'status'),
    meta: body.metadata,
    name: slot.ref.name,
    namespace: slot.ref.namespace,
    uid: slot.ref.uid,
    labels: body.metadata.labels ?? EMPTY,
    annotations: body.metadata.annotations ?? EMPTY,
    patch,
    memo: memoOf(ctx, slot),
    logger: loggerOf(ctx, slot, local),
    resource: slot.ref.resource,
  };
  return withScope(args, { client: ctx.ownClient, handling: { poster: ctx.poster, object: slot.ref } });
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
