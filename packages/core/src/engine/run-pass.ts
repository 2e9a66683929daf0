// The handlers of one cause: run all that are due, in order, and write down what they leave behind. A pass that takes long
// writes in between, so that a crash repeats one attempt and not many (design 6.7).
import { SubHandlerIds } from '../handlers/declare-sub-handler.js';
import type { ChangeHandler } from '../handlers/handler-spec.js';
import { allAtOnce } from '../handlers/lifecycle.js';
import {
  beforeAttempt,
  counts,
  dueHandlers,
  isDone,
  nextAttemptMs,
  refuse,
  retract,
  startProgress,
  type Progress,
} from '../handlers/progress.js';
import { selectChangeHandlers } from '../handlers/select.js';
import type { OverwrittenField } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import { plainOf } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { MergePatch, PatchFunction } from '../model/patch.js';
import type { Purpose } from '../model/progress-record.js';
import { composeMergePatches, mergePatchEffect } from '../patch/merge-patch.js';
import { overwrittenFields } from '../patch/overwritten-field.js';
import { askContribution } from '../plugin/ask-plugin.js';
import type { StorePlan } from '../ports/progress-store.js';
import { applyPending, type ApplyResult, type PendingWrite } from './apply-patch.js';
import { attemptChange } from './attempt-change.js';
import { isHeld, stopBackground, untilLetGo } from './background/match-background.js';
import { commitNow, commitOutside } from './commit-outside.js';
import { factError, type EngineContext } from './context.js';
import { commitWithMemo, storeMemo } from './durable-memo.js';
import { DEFERRED_MS, handlersOfThisPass, sayPassedOver } from './handlers-of-pass.js';
import { judgeError, waitForPredecessor, type AttemptEnd } from './invoke-handler.js';
import { saySkipped } from './judge-handler.js';
import type { ObjectSlot } from './object-slot.js';
import { watchNotes } from './own-notes.js';
import { runningAlone, type ChangePass, type NextLook, type PassState } from './pass-state.js';
import { planDiffBase, planRecords } from './plan-bookkeeping.js';
import type { PassInput } from './pass-input.js';
import { LateAbort } from './late-abort.js';
import { OVER } from './race-abort.js';
import { ofDeletion, untilDeletion } from './refusal.js';
import { acceptedCondition, CONDITION_PART } from './result-condition.js';
import { isFirstTime } from './served-kind.js';
import { settleAttempt } from './settle-attempt.js';
import type { Turn } from './turn.js';

/** A safety net: an unfinished pass is looked at again at least so often (Kopf's cap of sleeps, spec PA-21). */
const MAX_WAIT_MS = 600_000;

export async function runPass(
  ctx: EngineContext,
  slot: ObjectSlot,
  { input, reason, turn }: { readonly input: PassInput; readonly reason: Purpose; readonly turn: Turn },
): Promise<NextLook> {
  const { selected, skipped } = selectChangeHandlers(input.kind.change, input.cause, input.match);
  saySkipped(ctx, slot, skipped);
  const { progress, obsolete, allSuperseded } = startProgress(input.progress.records, selected, reason, ctx.clock.now());
  for (const { old, counts: left } of allSuperseded) ctx.emit({ kind: 'pass-superseded', object: slot.ref, old, by: reason, ...left });
  const state: PassState = {
    progress,
    obsolete,
    contributions: new Map(),
    transformations: new Map(),
    attempted: new Map(),
    written: new Set(),
    stored: input.progress,
    tried: new Set(),
    running: new Map(),
    cancelled: false,
    over: false,
    deferred: false,
    refused: false,
    refusing: reason === 'delete' ? ofDeletion(turn) : untilDeletion(slot, turn),
  };
  if (reason === 'delete') stopBackground(slot, 'object-deleted');
  if (ctx.background.stillChanging(slot.ref.uid) !== undefined) {
    turn.leaveRoom();
    await waitForPredecessor(ctx, slot);
  }
  const attempting = attemptAll(ctx, slot, { input, reason, state, selected, turn });
  if (attempting !== undefined) await attempting;
  // What is left is writing: others may run their handlers meanwhile.
  turn.releaseWorker();
  const done = !state.cancelled && isDone(state.progress);
  if (done && reason === 'delete' && isHeld(slot)) {
    turn.leaveRoom();
    await waitHeld(ctx, slot, { input, reason, state, handlers: selected });
  }
  tellOverwritten(ctx, slot, state);
  const result = await writePass(ctx, slot, { input, reason, state, handlers: selected, done });
  return concludePass(ctx, slot, { reason, state, handlers: selected, done, result });
}

interface Attempts {
  readonly input: PassInput;
  readonly reason: Purpose;
  readonly state: PassState;
  readonly selected: readonly ChangeHandler[];
}

interface AttemptsOfTurn extends Attempts {
  readonly turn: Turn;
}

/** One after another: handlers of one object never overlap (spec Y-19). Nothing to wait for, if all of them are done when they return. */
function attemptAll(ctx: EngineContext, slot: ObjectSlot, attempts: AttemptsOfTurn): Promise<void> | undefined {
  const row = createRow(ctx, slot, attempts);
  let attempt: Promise<AttemptEnd> | undefined;
  try {
    row.left.push(...chosenHandlers(row.pass, attempts.selected));
    attempt = attemptUntilOneTakesTime(row);
  } finally {
    if (attempt === undefined) row.close();
  }
  return attempt && attemptOthers(row, attempts, attempt);
}

/** The handlers of one pass, one after another. */
interface AttemptRow {
  readonly pass: ChangePass;
  /** Whose turn is still to come. */
  readonly left: ChangeHandler[];
  running: ChangeHandler | undefined;
  /** The attempts are over. */
  readonly close: () => void;
}

function createRow(ctx: EngineContext, slot: ObjectSlot, { input, reason, state }: Attempts): AttemptRow {
  const cancel = new LateAbort();
  const deafen = slot.work?.life.onStopping(() => cancel.abort(ctx.stopping.reason as Error));
  if (ctx.stopping.aborted) cancel.abort(ctx.stopping.reason as Error);
  const pass: ChangePass = { ctx, slot, input, reason, state, subHandlerIds: new SubHandlerIds(input.kind.changeIds), cancel };
  const row: AttemptRow = {
    pass,
    left: [],
    running: undefined,
    close() {
      state.over = true;
      slot.cancelChange = undefined;
      slot.cancelReplaced = undefined;
      deafen?.();
    },
  };
  // A deletion ends the handlers of all other causes; only the disappearance of the object ends those of its deletion (faults E1, E5).
  slot.cancelChange = (why) => {
    if (reason !== 'delete' || slot.gone || slot.vanished) cancel.abort(new Error(why));
  };
  slot.cancelReplaced = () => {
    if (row.running !== undefined && isReplaced(slot, input, row.running)) cancel.abort(new Error('the handler was replaced'));
  };
  if (slot.gone || slot.vanished || slot.newest.deleting) slot.cancelChange('the object was deleted meanwhile');
  return row;
}

/** Most handlers are done at once; only for the others it pays to watch the time and the signal. */
function attemptUntilOneTakesTime(row: AttemptRow): Promise<AttemptEnd> | undefined {
  const { pass, left } = row;
  const { slot, input, state, cancel } = pass;
  for (let handler = left.shift(); handler !== undefined && !state.cancelled; handler = left.shift()) {
    if (cancel.aborted || isReplaced(slot, input, handler)) {
      state.cancelled = true;
      return undefined;
    }
    row.running = handler;
    const attempt = attemptChange(pass, { handler, values: input.cause, ancestors: [], told: cancel });
    if (attempt instanceof Promise) return attempt;
    state.cancelled = attempt.outcome.kind === 'cancelled';
  }
  return undefined;
}

async function attemptOthers(row: AttemptRow, attempts: AttemptsOfTurn, first: Promise<AttemptEnd>): Promise<void> {
  const { ctx, slot, state } = row.pass;
  let flushing: Flushing | undefined;
  try {
    for (let attempt: Promise<AttemptEnd> | undefined = first; attempt !== undefined; attempt = attemptUntilOneTakesTime(row)) {
      let end = await settledAtOnce(attempt);
      if (end === undefined) {
        attempts.turn.leaveRoom();
        flushing ??= startFlushing(ctx, slot, attempts);
        end = await settleAttempt(row.pass, attempt);
      }
      state.cancelled = end.outcome.kind === 'cancelled';
      if (state.cancelled) return;
    }
  } finally {
    state.over = true;
    await flushing?.end();
    row.close();
  }
}

/** Others take the place of those that the pass began with: what is left of it is for a pass with them. */
function isReplaced({ kind }: ObjectSlot, input: PassInput, handler: ChangeHandler): boolean {
  return kind !== input.kind && !kind.change.includes(handler);
}

function chosenHandlers(pass: ChangePass, selected: readonly ChangeHandler[]): readonly ChangeHandler[] {
  const { ctx, input, state } = pass;
  const due = dueHandlers(state.progress, selected, ctx.clock.now());
  const chosen = handlersOfThisPass(pass, { due, lifecycle: ctx.settings.execution.lifecycle ?? allAtOnce, values: input.cause });
  if (chosen.length < selected.length) sayPassedOver(pass, { selected, chosen });
  state.deferred = due.length > 0 && chosen.length === 0;
  return chosen;
}

interface Flushing {
  end(): Promise<void>;
}

/** Turns of the microtask queue that a handler which waits for nothing needs, amply. */
const SOON = 40;

/** What it resolved with, if soon; a rejection is left to whoever waits. */
async function settledAtOnce<T>(attempt: Promise<T>): Promise<T | undefined> {
  const state: { settled: boolean; value: T | undefined } = { settled: false, value: undefined };
  attempt.then(
    (value) => {
      state.settled = true;
      state.value = value;
    },
    () => (state.settled = true),
  );
  for (let turn = 0; turn < SOON && !state.settled; turn += 1) await Promise.resolve();
  return state.value;
}

/** Writes what is there after 2 s, every 30 s from then on while handlers run, and when the operator is to end. */
function startFlushing(ctx: EngineContext, slot: ObjectSlot, attempts: Attempts): Flushing {
  const stop = new AbortController();
  const cut = AbortSignal.any([stop.signal, ctx.stopping]);
  const { flushAfterMs, flushEveryMs } = ctx.settings.persistence;
  const run = async (): Promise<void> => {
    for (let waitMs = flushAfterMs; ; waitMs = flushEveryMs) {
      await ctx.clock.sleep(waitMs, cut).catch(() => undefined);
      if (stop.signal.aborted) return;
      await flush(ctx, slot, { ...attempts, until: stop.signal });
      if (ctx.stopping.aborted) return;
    }
  };
  const running = run().catch(() => undefined); // the end of the pass writes the same, and its failure counts
  return {
    async end() {
      stop.abort(OVER);
      await running;
    },
  };
}

async function flush(
  ctx: EngineContext,
  slot: ObjectSlot,
  { input, reason, state, until }: Attempts & { readonly until: AbortSignal },
): Promise<void> {
  const { obsolete, contributions, transformations, written } = state;
  // At the end of the operator the attempt is about to be cancelled, and a cancelled attempt is none.
  const progress = ctx.stopping.aborted ? state.progress : countRunning(state.progress, runningAlone(state));
  const unwritten = new Map([...contributions].filter(([id]) => !written.has(id)));
  const unwrittenFns = new Map([...transformations].filter(([id]) => !written.has(id)));
  const bookkeeping = (newest: ObjectBody): StorePlan =>
    planRecords(ctx, slot, {
      input,
      reason,
      progress: { progress, obsolete },
      stored: state.stored,
      done: false,
      cancelled: ctx.stopping.aborted,
      contributions,
      transformations,
      newest,
    });
  state.tried.add(progress);
  const result = await applyPending(ctx, slot, {
    contributions: unwritten,
    transformations: unwrittenFns,
    bookkeeping: (newest) => bookkeeping(newest).patch ?? {},
    notes: watchNotes(ctx, slot, { input, stored: () => state.stored, tried: state.tried }),
    until,
    refusing: state.refusing,
    onInvalid: (blamed, message) => failBlamed(state, blamed, message),
    onThrown: (id, error) => retractThrown(ctx, state, { id, error }),
  });
  if (until.aborted || result === 'superseded') return;
  const { commit } = bookkeeping(input.body);
  // What somebody else has written there stands, whatever comes of this pass.
  if (result === 'outdone' || (commit && (await commitNow(ctx, { progress: commit })) === 'newer-exists')) return;
  for (const id of [...unwritten.keys(), ...unwrittenFns.keys()]) written.add(id);
  state.progress = storedAs(state.progress, progress);
  const records = new Map([...progress].map(([id, { record }]) => [id, record]));
  state.stored = { ...state.stored, records, version: commit?.version ?? state.stored.version };
}

/** What is stored now is what the flush wrote: whatever differs from it has to be written again. */
function storedAs(progress: Progress, flushed: Progress): Progress {
  return new Map([...progress].map(([id, entry]) => [id, { ...entry, stored: flushed.get(id)?.record ?? entry.stored }]));
}

/** A crash in the attempt that runs now must find it counted (faults A5). */
function countRunning(progress: Progress, running: readonly HandlerId[]): Progress {
  const counted = new Map(progress);
  for (const id of running) {
    const entry = progress.get(id);
    if (entry) counted.set(id, { ...entry, record: { ...entry.record, retries: entry.record.retries + 1, delayed: undefined } });
  }
  return counted;
}

interface Conclusion {
  readonly input: PassInput;
  readonly reason: Purpose;
  readonly state: PassState;
  readonly handlers: readonly ChangeHandler[];
}

interface WrittenPass extends Omit<EndedPass, 'input'> {
  readonly result: ApplyResult;
}

function concludePass(ctx: EngineContext, slot: ObjectSlot, { reason, state, handlers, done, result }: WrittenPass): NextLook {
  if (result === 'gone' || result === 'superseded' || state.cancelled) return undefined;
  if (result === 'outdone') return 0;
  if (!done || !isDone(state.progress))
    return Math.max(Math.min(nextAttemptMs(state.progress, ctx.clock.now()) ?? 0, MAX_WAIT_MS), state.deferred ? DEFERRED_MS : 0);
  slot.fullyHandledOnce = true;
  if (handlers.length > 0) {
    const { succeeded, failed } = counts(state.progress, reason);
    ctx.emit({ kind: 'pass-ended', object: slot.ref, reason, succeeded, failed });
  }
  return undefined;
}

/** Nobody means that two handlers write one field: told once per kind. */
function tellOverwritten(ctx: EngineContext, slot: ObjectSlot, { contributions }: PassState): void {
  if (contributions.size < 2) return;
  const isNews = ({ field, of, by }: OverwrittenField): boolean => isFirstTime(slot.kind, `overwritten ${field} ${of} ${by}`);
  const fields = overwrittenFields(contributions).filter(isNews);
  if (fields.length > 0) ctx.emit({ kind: 'fields-overwritten', object: slot.ref, fields });
}

/** The handlers of the deletion are done, and a daemon still holds the object: after a while, that they are is written (spec Z-14). */
async function waitHeld(ctx: EngineContext, slot: ObjectSlot, { input, reason, state, handlers }: Conclusion): Promise<void> {
  const flushing = startFlushing(ctx, slot, { input, reason, state, selected: handlers });
  try {
    await untilLetGo(ctx, slot);
  } finally {
    await flushing.end();
  }
}

/** A pass whose attempts are over; `done` when no handler is left. */
interface EndedPass extends Conclusion {
  readonly done: boolean;
}

function writePass(ctx: EngineContext, slot: ObjectSlot, ended: EndedPass): Promise<ApplyResult> {
  const { input, reason, state, done } = ended;
  const releases = done && reason === 'delete' && (input.body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false);
  const plans = (newest: ObjectBody): { readonly progress: StorePlan; readonly diffBase: StorePlan } => {
    const { stored, contributions, transformations, cancelled } = state;
    const isOver = done && isDone(state.progress);
    state.tried.add(state.progress);
    const bookkeeping = { input, reason, progress: state, stored, done: isOver, cancelled, contributions, transformations, newest };
    return { progress: planRecords(ctx, slot, bookkeeping), diffBase: planDiffBase(ctx, slot, bookkeeping) };
  };
  const isOutside = ctx.progressStore.commit !== undefined || ctx.diffBaseStore.commit !== undefined;
  const releasesNow = releases && !isOutside;
  const pending: PendingWrite = {
    contributions: new Map([...unwritten(state.contributions, state), ...pluginParts(ctx, slot, ended)]),
    transformations: new Map([...unwritten(state.transformations, state), ...recovery(ctx, ended)]),
    bookkeeping: (newest) => {
      const { progress, diffBase } = plans(newest);
      return composeMergePatches(progress.patch ?? {}, diffBase.patch ?? {});
    },
    notes: watchNotes(ctx, slot, {
      input,
      stored: () => state.stored,
      tried: state.tried,
      isEssenceOurs: (newest) => mergePatchEffect(newest, plans(newest).diffBase.patch ?? {}) === undefined,
    }),
    onInvalid: (blamed, message) => failBlamed(state, blamed, message),
    onThrown: (id, error) => retractThrown(ctx, state, { id, error }),
    refusing: state.refusing,
    get finalizer() {
      return releasesNow && isDone(state.progress) ? 'remove' : undefined;
    },
  };
  const keepsMemo = ctx.memoStore !== undefined && !releases;
  if (!isOutside && !keepsMemo) return applyPending(ctx, slot, pending);
  return isOutside
    ? writeAndCommit(ctx, slot, { state, pending, plans: () => plans(input.body), keepsMemo, releases })
    : applyPending(ctx, slot, pending).then(async (written) => {
        await storeMemo(ctx, slot);
        return written;
      });
}

interface OutsidePass {
  readonly state: PassState;
  readonly pending: PendingWrite;
  readonly plans: () => { readonly progress: StorePlan; readonly diffBase: StorePlan };
  readonly keepsMemo: boolean;
  /** The finalizer is to go at the end. */
  readonly releases: boolean;
}

/** Stores outside the cluster: results, then the commit, then the finalizer (design 6.14). */
async function writeAndCommit(ctx: EngineContext, slot: ObjectSlot, outside: OutsidePass): Promise<ApplyResult> {
  const { state, pending, plans, keepsMemo, releases } = outside;
  const lettingGo: PendingWrite = { contributions: new Map(), finalizer: 'remove', refusing: state.refusing };
  const result = await applyPending(ctx, slot, pending);
  if (result === 'gone' || result === 'superseded' || result === 'outdone') return result;
  const { progress, diffBase } = plans();
  const commit = keepsMemo ? commitWithMemo : commitOutside;
  const committed = await commit(ctx, slot, { progress: progress.commit, diffBase: diffBase.commit });
  // Somebody was faster, and knows more: what is to be done now is for the next look to find.
  if (committed === 'newer-exists') return result;
  return releases && isDone(state.progress) ? applyPending(ctx, slot, lettingGo) : result;
}

/** What no flush has written. */
function unwritten<T>(left: ReadonlyMap<HandlerId, T>, { written }: PassState): Iterable<[HandlerId, T]> {
  return written.size === 0 ? left : [...left].filter(([id]) => !written.has(id));
}

/** When all is written that handlers returned, the condition of an earlier refusal is over. */
function recovery(ctx: EngineContext, { input, reason, state, done }: EndedPass): [HandlerId, readonly PatchFunction[]][] {
  const accepted = done && reason !== 'delete' && !state.refused ? acceptedCondition(input.body, ctx.clock.now()) : undefined;
  return accepted === undefined ? [] : [[CONDITION_PART, [accepted]]];
}

/** What the cluster refuses will be refused for ever: a permanent failure of those who returned it (design 6.8). */
function failBlamed(state: PassState, blamed: readonly HandlerId[], message: string): void {
  state.refused = true;
  for (const id of blamed) {
    state.contributions.delete(id);
    state.transformations.delete(id);
    state.progress = refuse(state.progress, id, message);
  }
}

interface ThrownFunction {
  readonly id: HandlerId;
  readonly error: unknown;
}

/**
 * A function threw when it met a newer state than the one it was tried with: it is the attempt's error all the same (decision 14). Those who
 * called a sub-handler are called again for it, if it is tried again.
 */
function retractThrown(ctx: EngineContext, state: PassState, { id, error }: ThrownFunction): void {
  state.transformations.delete(id);
  const attempted = state.attempted.get(id);
  const record = state.progress.get(id)?.record;
  if (attempted === undefined || record === undefined) return;
  const now = ctx.clock.now();
  const outcome = judgeError(ctx, { handler: attempted.handler, record: beforeAttempt(record) }, error);
  state.progress = retract(state.progress, id, outcome, now);
  if (outcome.kind !== 'retry') return;
  const unfinished = { kind: 'unfinished', delayMs: outcome.delayMs ?? 0 } as const;
  for (const ancestor of attempted.ancestors) state.progress = retract(state.progress, ancestor, unfinished, now);
}

/** Fragments of plugins, for example conditions; each under its own key, so that an invalid one is dropped alone. */
function pluginParts(ctx: EngineContext, slot: ObjectSlot, { input, reason, state, done }: EndedPass): [HandlerId, MergePatch][] {
  if (ctx.contributeToPatch.length === 0) return [];
  const failed = [...state.progress].filter(([, entry]) => entry.record.failure).map(([id]) => id);
  const pass = { object: { ref: slot.ref, body: plainOf(input.body) }, reason, done, failed };
  // What is refused is told under this key, also on the object.
  const keyOf = (asked: (typeof ctx.contributeToPatch)[number], index: number): string => {
    const isFirst = ctx.contributeToPatch.findIndex(({ plugin }) => plugin === asked.plugin) === index;
    return isFirst ? `plugin:${asked.plugin}` : `plugin:${asked.plugin}:${index}`;
  };
  return ctx.contributeToPatch.flatMap((asked, index): [HandlerId, MergePatch][] => {
    try {
      const fragment = askContribution(asked, pass);
      return fragment === undefined ? [] : [[keyOf(asked, index), fragment]];
    } catch (error) {
      // A plugin's mistake must not cost the handlers their results.
      ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
      return [];
    }
  });
}
