// One pass over one object: what happened, who is to run, run them, write it down. The order of steps is the parity spec's
// section 8 with design 6.7: all handlers that are due run in one pass, and what they leave behind goes out together.
import { decideFinalizer } from '../cause/finalizer.js';
import { prematchHandler } from '../handlers/match.js';
import { findStealth, requiresFinalizer } from '../handlers/select.js';
import { plainOf } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import type { StorePlan } from '../ports/progress-store.js';
import { applyPending } from './apply-patch.js';
import { isHeld, stopBackground, untilLetGo } from './background/match-background.js';
import type { EngineContext } from './context.js';
import { noticeContest } from './notice-contest.js';
import type { ObjectSlot } from './object-slot.js';
import { watchNotes, type NotesWatch } from './own-notes.js';
import { readPassInput, type PassInput } from './pass-input.js';
import { ofDeletion, untilDeletion } from './refusal.js';
import type { NextLook } from './pass-state.js';
import { runPass } from './run-pass.js';
import { commitOutside } from './commit-outside.js';
import { saySkipped } from './judge-handler.js';
import { needsNothing } from './settle-early.js';
import type { Turn } from './turn.js';
import { compareVersions } from '../watch/versions.js';

/** At once, if there is nothing to wait for: so it is with the echo of each write. */
export function processObject(ctx: EngineContext, slot: ObjectSlot, turn: Turn): NextLook | Promise<NextLook> {
  if (slot.gone) {
    if (slot.kind.change.length > 0) ctx.emit({ kind: 'cause-detected', object: slot.ref, reason: 'gone', diff: [], initial: false });
    return undefined;
  }
  const input = readPassInput(ctx, slot);
  return input instanceof Promise
    ? input.then((read) => handleInput(ctx, slot, { input: read, turn }))
    : handleInput(ctx, slot, { input, turn });
}

interface Handled {
  readonly input: PassInput;
  readonly turn: Turn;
}

function handleInput(ctx: EngineContext, slot: ObjectSlot, { input, turn }: Handled): NextLook | Promise<NextLook> {
  if (input.adopts && !slot.newest.deleting) return adoptObject(ctx, slot, { input, turn });
  const holdMs = noticeContest(ctx, slot, input.body);
  if (holdMs > 0) return holdMs;
  const stealth = findStealth(input.kind.change, input.match);
  if (!stealth) slot.matchedOnce = true;
  const finalizer = finalizerChange(ctx, slot, input);
  if (finalizer !== 'keep') return settleFinalizer(ctx, slot, { finalizer, turn });
  if (stealth) {
    saySkipped(ctx, slot, stealth);
    return releaseAfterBackground(ctx, slot, { input, turn });
  }
  const { reason, diff, initial } = input.cause;
  ctx.emit({ kind: 'cause-detected', object: slot.ref, reason, diff: plainOf(diff), initial });
  if (reason === 'noop') return forgetUndone(ctx, slot, { input, turn });
  if (reason === 'free' || reason === 'gone') return undefined;
  if (isBehindRecord(ctx, slot, input)) return 0;
  if (needsNothing(ctx, slot, input)) {
    slot.fullyHandledOnce = true;
    return undefined;
  }
  return runPass(ctx, slot, { input, reason, turn });
}

/**
 * What was begun for a change that was taken back since is over: nobody is called for it, and the next change is not taken for the rest of it
 * (decision 34).
 */
async function forgetUndone(ctx: EngineContext, slot: ObjectSlot, { input, turn }: Handled): Promise<NextLook> {
  const { body, progress, kind } = input;
  if (progress.records.size === 0) return undefined;
  const purge = [...new Set([...kind.changeIds, ...progress.records.keys()])];
  const plan = (newest: ObjectBody): StorePlan =>
    ctx.progressStore.plan({ object: { ref: slot.ref, body: newest }, store: new Map(), purge }, progress);
  const bookkeeping = (newest: ObjectBody): MergePatch => plan(newest).patch ?? {};
  const pending = { contributions: new Map(), bookkeeping, notes: notesAsRead(ctx, slot, input), refusing: untilDeletion(slot, turn) };
  if ((await applyPending(ctx, slot, pending)) === 'outdone') return 0;
  await commitOutside(ctx, slot, { progress: plan(body).commit });
  return undefined;
}

/**
 * Somebody who has seen a newer state has handled it, and wrote so elsewhere: taken for a change, ours would be told backwards and take the
 * place of what is newer. It is waited for as for a write of our own, once.
 */
function isBehindRecord(ctx: EngineContext, slot: ObjectSlot, { body, cause, diffBase }: PassInput): boolean {
  const { objectVersion: version } = diffBase;
  const timeoutMs = ctx.settings.persistence.consistencyTimeoutMs;
  if (version === undefined || timeoutMs === 0 || (cause.reason !== 'create' && cause.reason !== 'update')) return false;
  const order = compareVersions(body.metadata.resourceVersion, version);
  if (order === undefined || order >= 0 || slot.expectation?.version === version) return false;
  slot.expectation = { version, deadlineMs: ctx.clock.monotonicMs() + timeoutMs };
  return true;
}

/**
 * The store lost what it had of the object: from now on, what it is now counts as handled. That is told first: if this life ends in between,
 * the next one finds what was written and has nothing to tell.
 */
async function adoptObject(ctx: EngineContext, slot: ObjectSlot, { input, turn }: Handled): Promise<NextLook> {
  const { body, cause, diffBase } = input;
  ctx.emit({ kind: 'diff-base-adopted', object: slot.ref });
  const { patch, commit } = ctx.diffBaseStore.plan({ object: { ref: slot.ref, body }, essence: cause.new }, diffBase);
  if (patch) {
    const notes = notesAsRead(ctx, slot, input);
    const pending = { contributions: new Map(), bookkeeping: () => patch, notes, refusing: untilDeletion(slot, turn) };
    const result = await applyPending(ctx, slot, pending);
    if (result === 'outdone') return 0;
    if (result === 'superseded') return undefined;
  }
  await commitOutside(ctx, slot, { diffBase: commit });
  return 0;
}

function notesAsRead(ctx: EngineContext, slot: ObjectSlot, input: PassInput): NotesWatch {
  return watchNotes(ctx, slot, { input, stored: () => input.progress, tried: [] });
}

/** An object that no change handler cares for may still be held for a timer or daemon: it goes when that has ended (spec Z-05). */
async function releaseAfterBackground(ctx: EngineContext, slot: ObjectSlot, { input: { body }, turn }: Handled): Promise<undefined> {
  if (body.metadata.deletionTimestamp === undefined || !(body.metadata.finalizers ?? []).includes(ctx.identity.finalizer)) return;
  turn.releaseWorker();
  turn.leaveRoom();
  stopBackground(slot, 'object-deleted');
  await untilLetGo(ctx, slot);
  await applyPending(ctx, slot, { contributions: new Map(), finalizer: 'remove', refusing: ofDeletion(turn) });
}

/** What is to become of our finalizer before the handlers are called (spec Z-02..Z-04). */
function finalizerChange(ctx: EngineContext, slot: ObjectSlot, { kind, body, match }: PassInput): 'add' | 'remove' | 'keep' {
  const present = body.metadata.finalizers?.includes(ctx.identity.finalizer) ?? false;
  const change = decideFinalizer({
    deleting: body.metadata.deletionTimestamp !== undefined,
    deleted: slot.gone,
    present,
    required: requiresFinalizer(kind.change, kind.background, match, slot.background.endedForGood),
    mayRemove: ctx.identity.name !== undefined || slot.matchedOnce || kind.background.some((task) => prematchHandler(task, match).matched),
  });
  // One that ceased to match may still run: the object outlives it (design 6.10), and is looked at again when it has ended.
  return change === 'remove' && isHeld(slot) ? 'keep' : change;
}

/** If it was written, look again. */
async function settleFinalizer(
  ctx: EngineContext,
  slot: ObjectSlot,
  { finalizer, turn }: { readonly finalizer: 'add' | 'remove'; readonly turn: Turn },
): Promise<NextLook> {
  turn.releaseWorker();
  const refusing = finalizer === 'add' ? untilDeletion(slot, turn) : ofDeletion(turn);
  const result = await applyPending(ctx, slot, { contributions: new Map(), finalizer, refusing });
  if (result === 'gone' || result === 'superseded') return undefined;
  return result === 'written' ? 0 : 1000;
}
