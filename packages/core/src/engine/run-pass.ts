// The handlers of one cause: run all that are due, in order, and write down what they leave behind. A pass that takes long
// writes in between, so that a crash repeats one attempt and not many (design 6.7).
import { argsForField, selectChangeHandlers } from '../handlers/select.js';
import type { ChangeHandler } from '../handlers/handler-spec.js';
import { advance, counts, delaysMs, dueHandlers, isDone, refuse, startProgress, type Progress } from '../handlers/progress.js';
import type { HandlerId } from '../model/ids.js';
import { deepFreeze, type JsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import { applyMergePatch, composeMergePatches, isEmptyPatch } from '../patch/merge-patch.js';
import type { StorePlan } from '../ports/progress-store.js';
import { applyPending, type ApplyResult, type PendingWrite } from './apply-patch.js';
import type { EngineContext } from './context.js';
import { invokeHandler, type AttemptEnd } from './invoke-handler.js';
import type { ObjectSlot } from './object-slot.js';
import { planDiffBase, planRecords } from './plan-bookkeeping.js';
import type { PassInput } from './pass-input.js';
import { raceAbort } from './race-abort.js';
import { stopTimers, timersEnded } from './timers.js';

/** A safety net: an unfinished pass is looked at again at least so often (Kopf's cap of sleeps, spec PA-21). */
const MAX_WAIT_MS = 600_000;

/** What a pass accumulates. */
interface PassState {
  progress: Progress;
  readonly obsolete: readonly HandlerId[];
  readonly contributions: Map<HandlerId, MergePatch>;
  /** The handler whose attempt runs now: a flush counts it. */
  running: HandlerId | undefined;
  cancelled: boolean;
}

export async function runPass(
  ctx: EngineContext,
  slot: ObjectSlot,
  { input, reason }: { readonly input: PassInput; readonly reason: Purpose },
): Promise<number | undefined> {
  const { selected, skipped } = selectChangeHandlers(slot.kind.change, input.cause, input.match);
  for (const { handler, filter, found } of skipped) {
    ctx.emit({ kind: 'handler-skipped', object: slot.ref, handler: handler.id, family: 'change', filter, found });
  }
  const { progress, obsolete, allSuperseded } = startProgress(input.progress.records, selected, reason, ctx.clock.now());
  for (const { old, counts: left } of allSuperseded) ctx.emit({ kind: 'pass-superseded', object: slot.ref, old, by: reason, ...left });
  const state: PassState = { progress, obsolete, contributions: new Map(), running: undefined, cancelled: false };
  if (reason === 'delete') stopTimers(slot, 'object-deleted');
  await attemptAll(ctx, slot, { input, reason, state, selected });
  return concludePass(ctx, slot, { input, reason, state, handlers: selected });
}

interface Attempts {
  readonly input: PassInput;
  readonly reason: Purpose;
  readonly state: PassState;
  readonly selected: readonly ChangeHandler[];
}

/** One after another: handlers of one object never overlap (spec Y-19). */
async function attemptAll(ctx: EngineContext, slot: ObjectSlot, attempts: Attempts): Promise<void> {
  const { input, reason, state, selected } = attempts;
  const controller = new AbortController();
  const stop = (): void => controller.abort(ctx.stopping.reason);
  ctx.stopping.addEventListener('abort', stop, { once: true });
  if (reason !== 'delete') slot.cancelChange = (why) => controller.abort(new Error(why));
  const flush = startFlushing(ctx, slot, attempts);
  try {
    for (const handler of dueHandlers(state.progress, selected, ctx.clock.now())) {
      if (controller.signal.aborted) {
        state.cancelled = true;
        return;
      }
      state.running = handler.id;
      const end = await settle(ctx, attemptOne(ctx, slot, { input, handler, state, signal: controller.signal }), controller.signal);
      state.running = undefined;
      if (end.outcome.kind === 'cancelled') {
        state.cancelled = true;
        return;
      }
      state.progress = advance(state.progress, handler.id, end.outcome, ctx.clock.now());
      if (!isEmptyPatch(end.patch)) state.contributions.set(handler.id, end.patch);
    }
  } finally {
    await flush.end();
    slot.cancelChange = undefined;
    ctx.stopping.removeEventListener('abort', stop);
  }
}

/** A cancelled handler may take `cancellationTimeout` to come to its end; then the object goes on without it (design 6.11). */
async function settle(ctx: EngineContext, attempt: Promise<AttemptEnd>, cancel: AbortSignal): Promise<AttemptEnd> {
  const first = await raceAbort(attempt, cancel, undefined);
  if (first) return first;
  const patience = new AbortController();
  try {
    const late = ctx.clock.sleep(ctx.settings.execution.cancellationTimeoutMs, patience.signal).then(
      (): AttemptEnd => ({ outcome: { kind: 'cancelled' }, patch: {} }),
      (): AttemptEnd => ({ outcome: { kind: 'cancelled' }, patch: {} }),
    );
    return await Promise.race([attempt, late]);
  } finally {
    patience.abort();
  }
}

interface OneAttempt {
  readonly input: PassInput;
  readonly handler: ChangeHandler;
  readonly state: PassState;
  readonly signal: AbortSignal;
}

function attemptOne(ctx: EngineContext, slot: ObjectSlot, { input, handler, state, signal }: OneAttempt): Promise<AttemptEnd> {
  const entry = state.progress.get(handler.id);
  if (!entry) return Promise.resolve({ outcome: { kind: 'cancelled' }, patch: {} });
  const { old, new: fresh, diff } = argsForField(input.cause, handler);
  return invokeHandler(ctx, slot, {
    handler,
    body: withPending(input.body, state.contributions),
    record: entry.record,
    more: { reason: input.cause.reason, old: deepFreeze(old), new: deepFreeze(fresh), diff: deepFreeze(diff) },
    signal,
  });
}

/** Later handlers of a pass see status and metadata as they will be (design 6.7). */
function withPending(body: ObjectBody, contributions: ReadonlyMap<HandlerId, MergePatch>): ObjectBody {
  if (contributions.size === 0) return body;
  const { status, metadata } = [...contributions.values()].reduce(composeMergePatches, {});
  const pending: Record<string, JsonObject[string]> = {};
  if (status !== undefined) pending['status'] = status;
  if (metadata !== undefined) pending['metadata'] = metadata;
  return deepFreeze(applyMergePatch<ObjectBody>(body, pending));
}

/** Writes what is there after 2 s, and every 30 s from then on, while handlers run. */
function startFlushing(ctx: EngineContext, slot: ObjectSlot, attempts: Attempts): { end(): Promise<void> } {
  const stop = new AbortController();
  const { flushAfterMs, flushEveryMs } = ctx.settings.persistence;
  const run = async (): Promise<void> => {
    for (let waitMs = flushAfterMs; !stop.signal.aborted; waitMs = flushEveryMs) {
      const slept = await ctx.clock.sleep(waitMs, stop.signal).then(
        () => true,
        () => false,
      );
      if (!slept || ctx.stopping.aborted) return;
      await applyPending(ctx, slot, flushWrite(ctx, slot, attempts));
    }
  };
  const running = run().catch(() => undefined); // the end of the pass writes the same, and its failure counts
  return {
    async end() {
      stop.abort();
      await running;
    },
  };
}

function flushWrite(ctx: EngineContext, slot: ObjectSlot, { input, reason, state }: Attempts): PendingWrite {
  const { running, obsolete, contributions } = state;
  const progress = running === undefined ? state.progress : countRunning(state.progress, running);
  return {
    contributions: new Map(contributions),
    bookkeeping: (newest) =>
      planRecords(ctx, slot, { input, reason, progress: { progress, obsolete }, done: false, contributions, newest }).patch ?? {},
  };
}

/** A crash in the attempt that runs now must find it counted (faults A5). */
function countRunning(progress: Progress, running: HandlerId): Progress {
  const entry = progress.get(running);
  if (!entry) return progress;
  return new Map(progress).set(running, { ...entry, record: { ...entry.record, retries: entry.record.retries + 1, delayed: undefined } });
}

interface Conclusion {
  readonly input: PassInput;
  readonly reason: Purpose;
  readonly state: PassState;
  readonly handlers: readonly ChangeHandler[];
}

async function concludePass(ctx: EngineContext, slot: ObjectSlot, conclusion: Conclusion): Promise<number | undefined> {
  const { reason, state, handlers } = conclusion;
  const done = !state.cancelled && isDone(state.progress);
  const release = done && reason === 'delete';
  if (release) await timersEnded(ctx, slot);
  const result = await writePass(ctx, slot, { ...conclusion, done });
  if (result === 'gone') return undefined;
  if (state.cancelled) return undefined;
  if (!done) return Math.min(...delaysMs(state.progress, ctx.clock.now()), MAX_WAIT_MS);
  slot.fullyHandledOnce = true;
  if (handlers.length > 0) {
    const { succeeded, failed } = counts(state.progress, reason);
    ctx.emit({ kind: 'pass-ended', object: slot.ref, reason, succeeded, failed });
  }
  return undefined;
}

/** A pass whose attempts are over; `done` when no handler is left. */
interface EndedPass extends Conclusion {
  readonly done: boolean;
}

async function writePass(ctx: EngineContext, slot: ObjectSlot, ended: EndedPass): Promise<ApplyResult> {
  const { input, reason, state, done } = ended;
  const releases = done && reason === 'delete' && (input.body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false);
  const plans = (newest: ObjectBody): { readonly progress: StorePlan; readonly diffBase: StorePlan } => {
    const bookkeeping = { input, reason, progress: state, done, contributions: state.contributions, newest };
    return { progress: planRecords(ctx, slot, bookkeeping), diffBase: planDiffBase(ctx, slot, bookkeeping) };
  };
  const pending: PendingWrite = {
    contributions: new Map([...state.contributions, ...pluginParts(ctx, slot, ended)]),
    bookkeeping: (newest) => {
      const { progress, diffBase } = plans(newest);
      return composeMergePatches(progress.patch ?? {}, diffBase.patch ?? {});
    },
    onInvalid: (blamed, message) => failBlamed(state, blamed, message),
  };
  if (!ctx.progressStore.commit && !ctx.diffBaseStore.commit)
    return applyPending(ctx, slot, { ...pending, finalizer: releases ? 'remove' : undefined });
  // Stores outside the cluster: results, then the commit, then the finalizer (design 6.14).
  const result = await applyPending(ctx, slot, pending);
  if (result === 'gone') return result;
  const { progress, diffBase } = plans(input.body);
  if (progress.commit) await ctx.progressStore.commit?.(progress.commit, ctx.ended);
  if (diffBase.commit) await ctx.diffBaseStore.commit?.(diffBase.commit, ctx.ended);
  return releases ? applyPending(ctx, slot, { contributions: new Map(), finalizer: 'remove' }) : result;
}

/** What the cluster refuses will be refused for ever: a permanent failure of those who returned it (design 6.8). */
function failBlamed(state: PassState, blamed: readonly HandlerId[], message: string): void {
  for (const id of blamed) {
    state.contributions.delete(id);
    state.progress = refuse(state.progress, id, message);
  }
}

/** Fragments of plugins, for example conditions; each under its own key, so that an invalid one is dropped alone. */
function pluginParts(ctx: EngineContext, slot: ObjectSlot, { input, reason, state, done }: EndedPass): [HandlerId, MergePatch][] {
  const failed = [...state.progress].filter(([, entry]) => entry.record.failure).map(([id]) => id);
  const pass = { object: { ref: slot.ref, body: input.body }, reason, done, failed };
  return ctx.contributeToPatch.flatMap((contribute, index): [HandlerId, MergePatch][] => {
    const fragment = contribute(pass);
    return fragment === undefined ? [] : [[`plugin:${index}`, fragment]];
  });
}
