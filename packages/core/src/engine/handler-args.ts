// The one argument of handlers: views of one state, made before the first handler runs, read-only also in production.
import type { HandlerArgs, HandlerLogger } from '../model/handler-function.js';
import { isJsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { Patch } from '../model/patch.js';
import type { EngineContext } from './context.js';
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
  { body, patch }: { readonly body: ObjectBody; readonly patch: Patch },
): SharedArgs {
  return {
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
    logger: loggerOf(ctx, slot),
    resource: slot.ref.resource,
  };
}

/** Every line becomes a fact with the object's identity; sinks decide what to print. */
function loggerOf(ctx: EngineContext, slot: ObjectSlot): HandlerLogger {
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = EMPTY): void =>
      ctx.emit({ kind: 'logged', level, message, object: slot.ref, fields });
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
