// Memos that outlive the operator: read before the first handler of an object is called, written when one has ended. What the memo of an
// object has in common with that of the operator is not its own, and is not stored (spec M-03).
import { isKopfError } from '../errors.js';
import { jsonEqual, type JsonObject } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { CommitResult, ExternalWrite } from '../ports/external-place.js';
import type { LoadedMemo } from '../ports/memo-store.js';
import { commitOutside, type OutsideWrites } from './commit-outside.js';
import { factError, type EngineContext } from './context.js';
import { fillMemo, ownContent, replaceContent, type KeptMemo } from './memo-content.js';
import { bodyOf, type ObjectSlot } from './object-slot.js';
import { waitForPlace } from './wait-for-place.js';

/** As many as may be on their way. */
const OWN_VERSIONS = 8;
/** Somebody else writes, too: after that, the next handler tries again. */
const MOST_TRIES = 3;
const NOTHING: LoadedMemo = { memo: undefined, version: undefined };

/** Before anything of the user's can see the memo. Waits for the store. */
export async function loadMemo(ctx: EngineContext, slot: ObjectSlot, body: () => ObjectBody): Promise<void> {
  if (ctx.memoStore === undefined || slot.keptMemo !== undefined) return;
  takeMemo(ctx, slot, await askPatiently(ctx, slot, body()));
}

async function askPatiently(ctx: EngineContext, slot: ObjectSlot, body: ObjectBody): Promise<LoadedMemo | undefined> {
  for (;;) {
    try {
      return await askMemo(ctx, slot, body);
    } catch (error) {
      if (!isKopfError(error, 'KOPF_STORE_AWAY')) throw error;
      await waitForPlace(ctx, slot, error);
    }
  }
}

/** What the store has. `undefined` where memos are not stored. */
export async function askMemo(ctx: EngineContext, slot: ObjectSlot, body: ObjectBody): Promise<LoadedMemo | undefined> {
  const loaded = await ctx.memoStore?.load([{ ref: slot.ref, body }], ctx.ended);
  return loaded?.[0];
}

/** Takes in what was found: the first time all of it, later only what somebody else wrote. */
export function takeMemo(ctx: EngineContext, slot: ObjectSlot, loaded: LoadedMemo = NOTHING): void {
  if (ctx.memoStore === undefined) return;
  const { keptMemo: kept } = slot;
  if (kept === undefined) {
    slot.keptMemo = { seen: loaded, own: [], isTold: false, writing: Promise.resolve() };
    if (slot.memo !== undefined) fillMemo(slot.memo.value, loaded.memo);
    return;
  }
  const before = kept.seen;
  if (isOurs(kept, loaded)) {
    if (loaded.lost || before.version === undefined || before.version === loaded.version) kept.seen = loaded;
    return;
  }
  kept.seen = loaded;
  if (slot.memo !== undefined) replaceContent(slot.memo.value, { before, after: loaded });
  ctx.emit({
    kind: 'logged',
    level: 'warn',
    message: 'Another operator wrote the memo of this object; what it wrote takes the place of ours.',
    object: slot.ref,
    fields: {},
  });
}

function isOurs({ seen, own }: KeptMemo, { lost, version }: LoadedMemo): boolean {
  return lost === true || seen.version === undefined || version === undefined || version === seen.version || own.includes(version);
}

/** Stores what changed, by itself: after handlers of events, timers, and daemons. Throws only when the operator ends. */
export async function storeMemo(ctx: EngineContext, slot: ObjectSlot): Promise<void> {
  if (ctx.memoStore === undefined) return;
  for (let tries = 0; tries < MOST_TRIES && !isOver(slot); tries += 1) {
    if ((await commitWithMemo(ctx, slot, {})) === 'done') return;
    takeMemo(ctx, slot, await askPatiently(ctx, slot, bodyOf(slot)));
  }
}

/** What a pass has for stores, and the memo with it. */
export async function commitWithMemo(ctx: EngineContext, slot: ObjectSlot, writes: OutsideWrites): Promise<CommitResult> {
  const { keptMemo: kept } = slot;
  if (ctx.memoStore === undefined || kept === undefined || isOver(slot)) return commitOutside(ctx, slot, writes);
  return alone(kept, async () => {
    const planned = planMemo(ctx, slot, kept);
    const result = await commitOutside(ctx, slot, { ...writes, memo: planned?.write });
    if (result === 'done' && planned) kept.seen = { ...kept.seen, memo: planned.memo, version: planned.write.version, lost: undefined };
    return result;
  });
}

/** Nothing is kept of an object that is gone. */
function isOver({ gone, vanished, released }: ObjectSlot): boolean {
  return gone || vanished || released;
}

async function alone<T>(kept: KeptMemo, work: () => Promise<T>): Promise<T> {
  const running = kept.writing.then(work);
  kept.writing = running.catch(() => undefined);
  return running;
}

interface PlannedMemo {
  readonly write: ExternalWrite;
  readonly memo: JsonObject;
}

/** `undefined` if there is nothing to write, or what there is cannot be written: that is told, and costs nobody else their record. */
function planMemo(ctx: EngineContext, slot: ObjectSlot, kept: KeptMemo): PlannedMemo | undefined {
  if (ctx.memoStore === undefined || slot.memo === undefined) return undefined;
  try {
    const memo = ownContent(slot.memo.value, ctx.operatorMemo(), slot.ref.name);
    kept.isTold = false;
    if (jsonEqual(memo, kept.seen.memo ?? {})) return undefined;
    const write = ctx.memoStore.plan({ object: { ref: slot.ref, body: bodyOf(slot) }, memo }, kept.seen);
    if (write.version !== undefined) kept.own = [...kept.own, write.version].slice(-OWN_VERSIONS);
    return { write, memo };
  } catch (error) {
    if (!kept.isTold) ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
    kept.isTold = true;
    return undefined;
  }
}
