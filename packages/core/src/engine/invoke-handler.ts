// One attempt of one handler: call it, wait for it, and say what came of it.
import { classifyError, precheck, type Outcome } from '../handlers/outcome.js';
import type { AnyHandler, RetryPolicy } from '../handlers/handler-spec.js';
import { withResult } from '../patch/build-patch.js';
import { createPatchView, type PatchView } from '../patch/patch-view.js';
import { NotJsonError, PluginFailedError } from '../errors.js';
import { exactFields, holdsExactNumbers, isJsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { MergePatch, PatchFunction } from '../model/patch.js';
import type { ErrorsMode } from '../model/retry-options.js';
import { pendingBody, transformBody } from '../patch/transform.js';
import { isFailedAttempt, type FailedAttempt } from '../plugin/failed-attempt.js';
import type { Invocation } from '../plugin/plugin.js';
import type { ProgressRecord } from '../model/progress-record.js';
import { factError, type EngineContext } from './context.js';
import { handlerArgs } from './handler-args.js';
import { handlerSignal, type HandlerSignal } from './handler-signal.js';
import type { LateAbort, Told } from './late-abort.js';
import type { ObjectSlot } from './object-slot.js';
import { OVER, raceAbort } from './race-abort.js';
import { isFirstTime } from './served-kind.js';
import { refuseSubHandling, type SubHandlingOfOne } from './sub-handling.js';
import { isThenable } from './thenable.js';

export interface Attempt {
  readonly handler: AnyHandler;
  /** What the handler sees. */
  readonly body: ObjectBody;
  readonly record: ProgressRecord;
  /** Adds what only this family has (`reason old new diff`, `type event`, `stopped`). */
  readonly more: Readonly<Record<string, unknown>>;
  /** Ours: its abort makes the attempt a cancelled one. */
  readonly signal: AbortSignal | LateAbort;
  /** Aborts when nobody waits for it any more. Default: `ended` of the context. */
  readonly ended?: LateAbort;
  /** Whether nobody waits for it any more: then whatever comes of it is no outcome. */
  readonly isLeft?: () => boolean;
  /** What it sees instead of `body`, as it is then, at each look (spec V-04). */
  readonly live?: () => ObjectBody;
  /** What the handler is told to end by; default: `signal`. */
  readonly told?: AbortSignal | LateAbort;
  /** With the handler's own signal. Default: there are no sub-handlers. */
  readonly openSubHandling?: (own: Told) => SubHandlingOfOne;
}

export interface AttemptEnd {
  readonly outcome: Outcome;
  /** What the handler put into `patch`, and its result under `status.{id}`. */
  readonly patch: MergePatch;
  /** What it put into `patch.fns`; absent if nothing, or if one of them throws. */
  readonly fns?: readonly PatchFunction[];
}

/** In the place of what a handler would have returned. */
const LOST = Symbol('lost');
const ABANDONED = { kind: 'abandoned' } as const;
const NO_RETRIES: RetryPolicy = { errors: undefined, timeoutMs: undefined, retries: undefined, backoff: undefined };
const DEFAULT_MODES: Readonly<Record<AnyHandler['family'], ErrorsMode>> = {
  change: 'temporary',
  timer: 'temporary',
  daemon: 'temporary',
  event: 'ignored',
  index: 'ignored',
};

/** At once, if the handler is done when it returns: most are, and each promise on the way would be felt. */
export function invokeHandler(ctx: EngineContext, slot: ObjectSlot, attempt: Attempt): AttemptEnd | Promise<AttemptEnd> {
  const { handler, record } = attempt;
  const policy = handler.family === 'event' ? NO_RETRIES : handler;
  const early = precheck(policy, record, ctx.clock.now());
  const startedMs = ctx.clock.monotonicMs();
  const invocation = { object: slot.ref, handler: handler.id, family: handler.family, attempt: record.retries + 1 };
  if (early) {
    emitEnd(ctx, invocation, { outcome: early, tookMs: 0 });
    return { outcome: early, patch: {} };
  }
  ctx.emit({ kind: 'handler-started', ...invocation, resourceVersion: attempt.body.metadata.resourceVersion });
  reportRounded(ctx, slot, attempt.body);
  const view = createPatchView();
  const { timeoutMs } = policy;
  const graceMs = ctx.settings.execution.cancellationTimeoutMs;
  const time = timeoutMs === undefined ? undefined : { timeoutMs, leftMs: record.started + timeoutMs - ctx.clock.now(), graceMs };
  const own = handlerSignal(ctx.clock, attempt.told ?? attempt.signal, time);
  const conclude = (call: Call): AttemptEnd => {
    own.release();
    const end = concludeAttempt(ctx, { attempt, call, view });
    const outcome: Outcome = attempt.isLeft?.() ? { kind: 'cancelled' } : end.outcome;
    emitEnd(ctx, invocation, { outcome, tookMs: ctx.clock.monotonicMs() - startedMs });
    return end;
  };
  const call = callHandler(ctx, { attempt, invocation, slot, view, own });
  return call instanceof Promise ? call.then(conclude) : conclude(call);
}

/** Once per kind and field: the number that handlers see is not quite the one on the object (design 6.15). */
function reportRounded(ctx: EngineContext, slot: ObjectSlot, body: ObjectBody): void {
  if (!holdsExactNumbers(body)) return;
  const fields = [...new Set(exactFields(body))].filter((field) => isFirstTime(slot.kind, `rounded ${field}`));
  if (fields.length > 0) ctx.emit({ kind: 'numbers-rounded', object: slot.ref, fields });
}

type Call =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'abandoned' };

/** What is called and waited for. */
interface Waited {
  readonly invocation: Invocation;
  readonly call: () => unknown;
  readonly ended: LateAbort | undefined;
}

interface Calling {
  readonly attempt: Attempt;
  readonly invocation: Invocation;
  readonly slot: ObjectSlot;
  readonly view: PatchView;
  readonly own: HandlerSignal;
}

/** Never throws. A handler that ignores its signal is left behind when the grace is over. */
function callHandler(ctx: EngineContext, { attempt, invocation, slot, view, own }: Calling): Call | Promise<Call> {
  const { handler, body, record, live, more } = attempt;
  const { register, execute, run } = attempt.openSubHandling?.(own) ?? refuseSubHandling(handler.family);
  const local = handler.family === 'event' || handler.family === 'index';
  const args = handlerArgs(ctx, slot, {
    body,
    patch: view,
    local,
    live,
    more,
    param: handler.param,
    record,
    told: own,
    ended: attempt.ended,
    register,
    execute,
  });
  const { lost } = own;
  const call = (): unknown => {
    const working = run(() => (handler.fn as (args: unknown) => unknown)(args));
    return lost !== undefined && isThenable(working) ? untilLost(ctx, { invocation, working, lost }) : working;
  };
  const calling = { invocation, call, ended: attempt.ended };
  return ctx.aroundInvoke.length === 0 ? callAlone(ctx, calling) : callWithin(ctx, calling);
}

interface Working {
  readonly invocation: Invocation;
  readonly working: PromiseLike<unknown>;
  readonly lost: AbortSignal;
}

/** Who is given up is named and counted for as long as it still runs; what it does then counts for nothing. */
async function untilLost(ctx: EngineContext, { invocation, working, lost }: Working): Promise<unknown> {
  const settled = Promise.resolve(working);
  const first = await raceAbort(settled, lost, LOST);
  if (first !== LOST) return first;
  const { object, handler, family } = invocation;
  if (family !== 'event' && family !== 'index') {
    const isOver = ctx.background.abandon({ object, handler, family });
    settled.then(isOver, isOver);
    ctx.emit({ kind: 'handler-abandoned', object, handler, family, why: 'timed-out', abandoned: ctx.background.abandoned().length });
  }
  throw lost.reason;
}

/** A handler that is done when it returns needs no promise and no signal. */
function callAlone(ctx: EngineContext, waited: Waited): Call | Promise<Call> {
  try {
    const value = waited.call();
    return isThenable(value) ? untilEnded(ctx, waited, outcomeOf(value)) : { kind: 'returned', value };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/** Inside of what plugins put around it. What counts is what the handler did, whatever they make of it. */
function callWithin(ctx: EngineContext, waited: Waited): Promise<Call> {
  const { invocation, call } = waited;
  let running: Promise<Call> | undefined;
  let reached = '';
  const innermost = async (): Promise<unknown> => {
    running = outcomeOf(Promise.resolve().then(call));
    const own = await running;
    if (own.kind === 'threw') throw own.error;
    return own.kind === 'returned' ? own.value : undefined;
  };
  const chain = ctx.aroundInvoke.reduceRight<() => Promise<unknown>>(
    (next, { plugin, part }) =>
      () => {
        reached = plugin;
        return part(
          invocation,
          onlyOnce(next, () => sayCalledTwice(ctx, plugin, invocation)),
        );
      },
    innermost,
  );
  const outer = outcomeOf(Promise.resolve().then(chain));
  return untilEnded(
    ctx,
    waited,
    outer.then(async (made) => {
      const own = await running;
      if (made.kind === 'threw' && isFailedAttempt(made.error)) return failedBy(made.error, own);
      return own ?? (made.kind === 'returned' ? notCalled(reached) : made);
    }),
  );
}

function onlyOnce(next: () => Promise<unknown>, again: () => Error): () => Promise<unknown> {
  let isCalled = false;
  return () => {
    if (isCalled) return Promise.reject(again());
    isCalled = true;
    return next();
  };
}

/** To people as well: the plugin may catch what it is told, and the attempt does not fail by it. */
function sayCalledTwice(ctx: EngineContext, plugin: string, { object, handler }: Invocation): PluginFailedError {
  const error = new PluginFailedError(plugin, 'its aroundInvoke called next() twice; the handler runs once.');
  ctx.emit({ kind: 'logged', level: 'warn', message: error.message, object, fields: { plugin, handler } });
  return error;
}

/** It would look as if the handler had succeeded. */
function notCalled(plugin: string): Call {
  return {
    kind: 'threw',
    error: new PluginFailedError(plugin, 'its aroundInvoke returned without calling next(), so the handler did not run.'),
  };
}

/** The handler's own error goes before. */
function failedBy({ cause }: FailedAttempt, own: Call | undefined): Call {
  return own?.kind === 'threw' ? own : { kind: 'threw', error: cause };
}

/** A handler of changes that is left behind still has its object for itself, for a while (`waitForPredecessor`). */
function untilEnded(ctx: EngineContext, { invocation: { object, family }, ended }: Waited, working: Promise<Call>): Promise<Call> {
  if (ended) return ended.race<Call, Call>(working, ABANDONED);
  const first = raceAbort<Call, Call>(working, ctx.ended, ABANDONED);
  if (family !== 'change') return first;
  return first.then((call) => {
    if (call.kind === 'abandoned') ctx.background.leftBehind(object.uid, working.then(nothing, nothing));
    return call;
  });
}

/** Another version of its kind is served now: handlers of one object never overlap, not even with one that does not listen (faults D12, S1). */
export async function waitForPredecessor(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  const predecessor = ctx.background.stillChanging(slot.ref.uid);
  if (predecessor === undefined) return;
  const patience = new AbortController();
  const late = ctx.clock.sleep(ctx.settings.execution.cancellationTimeoutMs, patience.signal).catch(() => undefined);
  await raceAbort(Promise.race([predecessor, late]), ctx.stopping, undefined);
  patience.abort(OVER);
}

/** Functions that hold nothing: a thousand daemons wait here. */
function outcomeOf(working: PromiseLike<unknown>): Promise<Call> {
  return Promise.resolve(working).then(returned, threw);
}

const nothing = (): void => undefined;
const returned = (value: unknown): Call => ({ kind: 'returned', value });
const threw = (error: unknown): Call => ({ kind: 'threw', error });

interface Concluding {
  readonly attempt: Attempt;
  readonly call: Call;
  readonly view: Pick<PatchView, 'take' | 'takeFunctions'>;
}

/** What an error of a handler means, given its record as before the attempt. */
export function judgeError(ctx: EngineContext, { handler, record }: Pick<Attempt, 'handler' | 'record'>, error: unknown): Outcome {
  const policy = handler.family === 'event' ? NO_RETRIES : handler;
  const outcome = classifyError(error, policy, {
    record,
    now: ctx.clock.now(),
    defaultBackoff: ctx.settings.execution.defaultBackoff,
    random: isRandom(policy, ctx) ? ctx.random.next() : 0,
    defaultMode: DEFAULT_MODES[handler.family],
  });
  // There is one attempt for each event (spec H-12).
  return handler.family === 'event' && outcome.kind === 'retry' ? { kind: 'failed', error: outcome.error } : outcome;
}

function concludeAttempt(ctx: EngineContext, { attempt, call, view }: Concluding): AttemptEnd {
  const { handler } = attempt;
  const judge = (error: unknown): Outcome => judgeError(ctx, attempt, error);
  if (call.kind === 'abandoned' || (call.kind === 'threw' && attempt.signal.aborted)) return { outcome: { kind: 'cancelled' }, patch: {} };
  // What is put into an index need not be JSON, and nothing of it goes to the object (spec I-14).
  if (handler.family === 'index')
    return { outcome: call.kind === 'threw' ? judge(call.error) : { kind: 'succeeded', result: call.value }, patch: {} };
  try {
    const put = checkStanzas(view.take());
    const fns = view.takeFunctions();
    const patch = call.kind === 'threw' ? put : withResult(put, handler.id, call.value);
    const outcome: Outcome = call.kind === 'threw' ? judge(call.error) : { kind: 'succeeded', result: call.value };
    if (fns.length === 0) return { outcome, patch };
    const tried = transformBody(pendingBody(attempt.body, [patch], new Map()), new Map([[handler.id, fns]]));
    if (tried.ok) return { outcome, patch, fns };
    // A function is a part of the handler: its error is the attempt's, unless that has one already.
    return call.kind === 'threw' ? { outcome, patch } : { outcome: judge(tried.error), patch: put };
  } catch (error) {
    // What the handler left behind is no JSON: that is the handler's own, permanent mistake.
    return { outcome: call.kind === 'threw' ? judge(call.error) : { kind: 'failed', error }, patch: {} };
  }
}

/** Chance is asked only where it counts: a simulation without jitter stays the same. */
function isRandom(policy: RetryPolicy, { settings }: EngineContext): boolean {
  return (policy.backoff ?? settings.execution.defaultBackoff).jitter > 0;
}

/** Metadata that is no mapping cannot be combined with anything, and would be refused. */
function checkStanzas(patch: MergePatch): MergePatch {
  const { metadata } = patch;
  if (metadata === undefined || isJsonObject(metadata)) return patch;
  throw new NotJsonError('patch.metadata', 'no mapping');
}

function emitEnd(
  ctx: EngineContext,
  invocation: Invocation,
  { outcome, tookMs }: { readonly outcome: Outcome; readonly tookMs: number },
): void {
  ctx.emit({
    kind: 'handler-ended',
    ...invocation,
    result: outcome.kind,
    tookMs,
    ...('error' in outcome ? { error: factError(outcome.error) } : {}),
    ...(outcome.kind === 'retry' || outcome.kind === 'unfinished' ? { retryInMs: outcome.delayMs ?? 0 } : {}),
  });
}
