// The one argument of a handler: views taken before the first handler of a pass runs, frozen also in production.
import type { HandlerArgs, SubHandling } from '../model/handler-function.js';
import type { HandlerLogger } from '../model/handler-logger.js';
import { plainOf } from '../model/json.js';
import { textOf } from '../model/text-of.js';
import type { ObjectBody } from '../model/object.js';
import type { ProgressRecord } from '../model/progress-record.js';
import type { PatchView } from '../patch/patch-view.js';
import { dateOf } from '../runtime/instant-date.js';
import { ArgsScope, withLateArgs, withSignal } from './args-scope.js';
import { EMPTY, liveViewsOf, viewsOf } from './body-views.js';
import type { EngineContext } from './context.js';
import { SCOPE } from './handler-scope.js';
import type { Told } from './late-abort.js';
import { memoOf, type ObjectSlot } from './object-slot.js';

/** What filters and handlers share: the views of one state. */
export type SharedArgs = Omit<HandlerArgs, 'param' | 'retry' | 'started' | 'runtime' | 'signal'>;

interface Seen {
  readonly body: ObjectBody;
  /** Of a handler. Default: one that counts for nothing. */
  readonly patch?: PatchView | undefined;
  readonly local?: boolean;
  /** What runs in the background sees the newest state at each look, instead of `body`. */
  readonly live?: (() => ObjectBody) | undefined;
  /** What only this family has. */
  readonly more?: Readonly<Record<string, unknown>> | undefined;
}

/** The argument of filters and of other functions that are asked something. */
export function sharedArgs(ctx: EngineContext, slot: ObjectSlot, seen: Seen): SharedArgs {
  const args = seenArgs(ctx, slot, seen);
  addNamed(ctx, args, seen.more);
  return args;
}

/** What an attempt adds. */
interface Attempted extends Pick<SubHandling, 'register' | 'execute'> {
  readonly param: unknown;
  readonly record: ProgressRecord;
  readonly told: Told;
  /** Default: that of the context. */
  readonly ended?: Told | undefined;
}

/** The argument of a handler. */
export function handlerArgs(ctx: EngineContext, slot: ObjectSlot, seen: Seen & Attempted): object {
  const { record, told, more } = seen;
  const args = withSignal<Record<string, unknown>>(seenArgs(ctx, slot, seen, { told, ended: seen.ended }));
  // Stores of fixed names, not a spread: that costs thirty times as much, and makes an object of seven kilobytes.
  args['param'] = seen.param;
  args['retry'] = record.retries;
  args['started'] = dateOf(record.started);
  args['runtime'] = Math.max(0, ctx.clock.now() - record.started) / 1000;
  args['register'] = seen.register;
  args['execute'] = seen.execute;
  addNamed(ctx, args, more);
  return Object.freeze(args);
}

/** The names of indexes win, so that new arguments never break an operator (spec K-02). */
function addNamed({ indexes }: EngineContext, args: object, more: Seen['more'] = EMPTY): void {
  const open = args as Record<string, unknown>;
  for (const name of Object.keys(more)) open[name] = more[name];
  for (const name of Object.keys(indexes.args)) {
    if (name === 'index') continue;
    const value = indexes.args[name];
    if (Object.hasOwn(open, name)) Object.defineProperty(open, name, { value, enumerable: true });
    else open[name] = value;
  }
}

function seenArgs(
  ctx: EngineContext,
  slot: ObjectSlot,
  seen: Seen,
  { told, ended }: Partial<Pick<Attempted, 'told' | 'ended'>> = {},
): SharedArgs {
  const { body, live, local = false } = seen;
  const views = live === undefined ? viewsOf(plainOf(body)) : liveViewsOf(live);
  return withLateArgs({
    body: views.body,
    spec: views.spec,
    status: views.status,
    meta: views.meta,
    labels: views.labels,
    annotations: views.annotations,
    name: slot.ref.name,
    namespace: slot.ref.namespace,
    uid: slot.ref.uid,
    memo: memoOf(ctx, slot),
    logger: loggerOf(ctx, slot, local),
    resource: slot.ref.resource,
    index: ctx.indexes.args.index,
    [SCOPE]: new ArgsScope(ctx, slot, { view: seen.patch, told, ended }),
  });
}

/** Every line becomes a fact with the object's identity; sinks decide what to print, and local ones never become Kubernetes Events. */
function loggerOf(ctx: EngineContext, slot: ObjectSlot, local: boolean): HandlerLogger {
  const mark = local ? { local } : {};
  const log =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = EMPTY): void =>
      ctx.emit({ kind: 'logged', level, message: textOf(message), object: slot.ref, fields, ...mark });
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
