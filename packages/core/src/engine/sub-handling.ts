// Sub-handlers: what a handler of changes declares while it runs. Each invocation has a list of its own, so nothing has to be found out about
// who calls; they run within the attempt of their parent, one after another, and end it as long as they are not finished (spec section 12).
import { InvalidOptionError, isUnfinishedError, OutsideOfHandlerError, SubHandlersUnfinishedError, UnknownOptionError } from '../errors.js';
import { declareSubHandler, subDeclarations, type SubDeclaration } from '../handlers/declare-sub-handler.js';
import type { ChangeHandler } from '../handlers/handler-spec.js';
import { allAtOnce } from '../handlers/lifecycle.js';
import { dueHandlers, isFinished, soonestMs, startSubHandlers } from '../handlers/progress.js';
import type { Outcome } from '../handlers/outcome.js';
import { selectSubHandlers, type ChangeValues } from '../handlers/select.js';
import type { SubHandling } from '../model/handler-function.js';
import type { HandlerId } from '../model/ids.js';
import type { Lifecycle } from '../model/lifecycle.js';
import { DEFERRED_MS, handlersOfThisPass } from './handlers-of-pass.js';
import { saySkipped } from './judge-handler.js';
import type { Told } from './late-abort.js';
import { countChild, type ChangePass } from './pass-state.js';
import { OVER } from './race-abort.js';
import { isThenable } from './thenable.js';

/** What one invocation of a handler can do with sub-handlers. */
export interface SubHandlingOfOne {
  readonly register: SubHandling['register'];
  readonly execute: SubHandling['execute'];
  /** Calls the function, then runs what was registered; what it throws ends the attempt. */
  readonly run: (call: () => unknown) => unknown;
}

/** The invocation that declares. */
export interface Declaring {
  readonly parent: ChangeHandler;
  /** What the parent handles. */
  readonly values: ChangeValues;
  /** From the outermost to the parent itself. */
  readonly ancestors: readonly HandlerId[];
  /** The parent's signal: when it is told to end, so are they. */
  readonly told: Told;
  readonly attempt: (child: {
    readonly handler: ChangeHandler;
    readonly values: ChangeValues;
    readonly ancestors: readonly HandlerId[];
    readonly told: AbortSignal;
  }) => { readonly outcome: Outcome } | Promise<{ readonly outcome: Outcome }>;
}

interface Level extends Declaring {
  readonly pass: ChangePass;
  /** To be run by `execute()`, or after the function has returned. */
  registered: readonly ChangeHandler[];
  /** Executions that have not ended; the next one waits for the last one. */
  readonly pending: Set<Promise<void>>;
  last: Promise<void> | undefined;
  /** Sub-handlers that run now. */
  atWork: number;
  /** When the first sub-handler that is not finished is due. */
  unfinishedMs: number | undefined;
  /** What ended an execution otherwise. */
  failure: { readonly error: unknown } | undefined;
  closed: boolean;
}

const NO_HANDLERS: readonly ChangeHandler[] = Object.freeze([]);

export function openSubHandling(pass: ChangePass, declaring: Declaring): SubHandlingOfOne {
  const { parent, values, ancestors, told, attempt } = declaring;
  const level: Level = {
    parent,
    values,
    ancestors,
    told,
    attempt,
    pass,
    registered: NO_HANDLERS,
    pending: new Set(),
    last: undefined,
    atWork: 0,
    unfinishedMs: undefined,
    failure: undefined,
    closed: false,
  };
  return {
    register: (fn, options = {}) => {
      refuseIfEnded(level, 'register');
      level.registered = [...level.registered, declare(level, { fn, options: options as SubDeclaration['options'] })];
      return fn;
    },
    execute: (functions, options = {}) => {
      refuseIfEnded(level, 'execute');
      const lifecycle = lifecycleOf(level, options);
      const handlers =
        functions === undefined ? takeRegistered(level) : subDeclarations(functions, level.parent).map((one) => declare(level, one));
      return execute(level, handlers, lifecycle);
    },
    run: (call) => run(level, call),
  };
}

function declare(level: Level, declaration: SubDeclaration): ChangeHandler {
  const handler = declareSubHandler(level.parent, declaration);
  level.pass.subHandlerIds.claim(handler);
  return handler;
}

function takeRegistered(level: Level): readonly ChangeHandler[] {
  const { registered } = level;
  level.registered = [];
  return registered;
}

function refuseIfEnded({ closed, pass, parent }: Level, call: 'register' | 'execute'): void {
  if (closed || pass.state.over) throw new OutsideOfHandlerError(call, `after the handler '${parent.id}' (${parent.place}) had ended`);
}

function lifecycleOf({ pass, parent }: Level, options: object): Lifecycle {
  const where = `execute() in the handler '${parent.id}' (${parent.place})`;
  if (typeof options !== 'object') throw new InvalidOptionError(`The second argument of ${where}`, options, 'an object of options');
  const unknown = Object.keys(options).find((name) => name !== 'lifecycle');
  if (unknown !== undefined) throw new UnknownOptionError(where, unknown, 'lifecycle');
  const lifecycle: unknown = (options as { readonly lifecycle?: unknown }).lifecycle;
  if (lifecycle === undefined) return pass.ctx.settings.execution.lifecycle ?? allAtOnce;
  if (typeof lifecycle !== 'function') throw new InvalidOptionError(`\`lifecycle\` of ${where}`, lifecycle, 'a function, such as `asap`');
  return lifecycle as Lifecycle;
}

/**
 * One execution after another: sub-handlers of one handler do not overlap (spec Y-19). But a call that comes while one of them runs is not
 * made to wait: it may be that one who calls its parent's `execute`, and would wait for itself.
 */
function execute(level: Level, handlers: readonly ChangeHandler[], lifecycle: Lifecycle): Promise<void> {
  const begin = (): Promise<void> => runChildren(level, handlers, lifecycle);
  const work = level.atWork > 0 ? begin() : (level.last ?? Promise.resolve()).then(begin);
  const ended = work.then(
    () => undefined,
    (error: unknown) => noteFailure(level, error),
  );
  level.last = ended;
  level.pending.add(ended);
  ended.then(
    () => level.pending.delete(ended),
    () => undefined,
  );
  return work;
}

function noteFailure(level: Level, error: unknown): void {
  if (isUnfinishedError(error)) level.unfinishedMs = Math.min(level.unfinishedMs ?? Infinity, error.delayMs);
  else level.failure ??= { error };
}

function run(level: Level, call: () => unknown): unknown {
  let end: CallEnd;
  try {
    end = { threw: false, value: call() };
  } catch (error) {
    end = { threw: true, error };
  }
  if (level.registered.length > 0 || level.pending.size > 0 || (!end.threw && isThenable(end.value))) return conclude(level, end);
  level.closed = true;
  if (end.threw) throw end.error;
  return end.value;
}

type CallEnd = { readonly threw: true; readonly error: unknown } | { readonly threw: false; readonly value: unknown };

/** Everything that was started comes to its end, then what was registered runs; as long as something is not finished, neither is the parent. */
async function conclude(level: Level, end: CallEnd): Promise<unknown> {
  try {
    if (end.threw) throw end.error;
    const result = await end.value;
    await allEnded(level);
    if (level.registered.length > 0) await execute(level, takeRegistered(level), lifecycleOf(level, {}));
    if (level.failure) throw level.failure.error;
    if (level.unfinishedMs !== undefined) throw unfinished(level, level.unfinishedMs);
    return result;
  } catch (error) {
    await allEnded(level);
    // Of several executions, the one that is due first counts.
    throw isUnfinishedError(error) && level.unfinishedMs !== undefined ? unfinished(level, level.unfinishedMs) : error;
  } finally {
    level.closed = true;
  }
}

function unfinished({ parent }: Level, delayMs: number): SubHandlersUnfinishedError {
  return new SubHandlersUnfinishedError(parent.id, delayMs);
}

async function allEnded({ pending }: Level): Promise<void> {
  while (pending.size > 0) await Promise.all(pending);
}

/** @throws SubHandlersUnfinishedError as long as not all of them are finished; the reason of the cancellation; what filters and lifecycles throw. */
async function runChildren(level: Level, handlers: readonly ChangeHandler[], lifecycle: Lifecycle): Promise<void> {
  const { pass, ancestors, values, parent } = level;
  const told = level.told.signal;
  const { ctx, state } = pass;
  const children = select(level, handlers);
  state.progress = startSubHandlers(state.progress, { children, ancestors, purpose: pass.reason }, ctx.clock.now());
  const due = dueHandlers(state.progress, children, ctx.clock.now());
  const chosen = handlersOfThisPass(pass, { due, lifecycle, values });
  for (const handler of chosen) {
    if (told.aborted || state.over) break;
    level.atWork += 1;
    countChild(state, parent.id, 1);
    const { outcome } = await level.attempt({ handler, values, ancestors, told });
    countChild(state, parent.id, -1);
    level.atWork -= 1;
    if (outcome.kind === 'cancelled') break;
  }
  const left = children.flatMap(({ id }) => state.progress.get(id)?.record ?? []).filter((record) => !isFinished(record));
  if (left.length === 0) return;
  pass.cancel.throwIfAborted();
  if (state.over) throw OVER;
  const delayMs = told.aborted ? 0 : (soonestMs(left, ctx.clock.now()) ?? 0);
  throw unfinished(level, due.length > 0 && chosen.length === 0 ? Math.max(delayMs, DEFERRED_MS) : delayMs);
}

function select({ pass, values }: Level, handlers: readonly ChangeHandler[]): readonly ChangeHandler[] {
  const { ctx, slot, input } = pass;
  const { selected, skipped } = selectSubHandlers(handlers, {
    body: input.body,
    old: values.old,
    new: values.new,
    args: () => ({ ...input.match.args(), ...values }),
  });
  saySkipped(ctx, slot, skipped);
  return selected;
}

/** What handlers of other families get instead: an error that says so (spec SH-01, R-26). */
export function refuseSubHandling(family: string): SubHandlingOfOne {
  const refuse = (call: 'register' | 'execute') => (): never => {
    throw new OutsideOfHandlerError(call, `in a handler of the family '${family}'`);
  };
  return { register: refuse('register'), execute: refuse('execute'), run: (call) => call() };
}
