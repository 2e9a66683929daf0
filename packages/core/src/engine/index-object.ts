// One object in the indexes: each state goes through the index functions as it arrives, before any other handler sees it (spec Y-05, I-10).
import type { IndexHandler } from '../handlers/handler-spec.js';
import type { MatchInput } from '../handlers/match.js';
import { emptyRecord, recordAfter } from '../handlers/progress.js';
import { deepFreeze } from '../model/json.js';
import type { SeenObject } from '../model/object.js';
import { factError, type EngineContext } from './context.js';
import { loadMemo } from './durable-memo.js';
import { sharedArgs } from './handler-args.js';
import { invokeHandler } from './invoke-handler.js';
import { isWanted } from './judge-handler.js';
import { restSlot, type ObjectSlot } from './object-slot.js';
import { raceAbort } from './race-abort.js';
import type { SlotIndexing } from './slot-indexing.js';

/** Takes the newest state of an object, or its end. Waits for nobody. */
export function offerToIndexes(ctx: EngineContext, slot: ObjectSlot): void {
  const { indexing } = slot;
  if (indexing === undefined) return;
  if (slot.gone) {
    forgetInIndexes(ctx, slot);
    return;
  }
  indexing.next = slot.newest;
  indexing.running ??= indexAll(ctx, slot, indexing);
}

/** The object has nothing in any index any more. */
export function forgetInIndexes(ctx: EngineContext, { kind, indexing, ref }: ObjectSlot): void {
  if (indexing === undefined) return;
  indexing.next = undefined;
  indexing.records.clear();
  for (const { id } of kind.indexes) ctx.indexes.store(id).discard(ref.uid);
}

/** Resolves when what has arrived of the object is indexed, or the operator ends. */
export async function indexed(ctx: EngineContext, { indexing }: ObjectSlot): Promise<void> {
  if (indexing?.running === undefined) return;
  await raceAbort(indexing.running, ctx.stopping, undefined);
  ctx.stopping.throwIfAborted();
}

async function indexAll(ctx: EngineContext, slot: ObjectSlot, indexing: SlotIndexing): Promise<void> {
  for (let object = indexing.next; object !== undefined; object = indexing.next) {
    indexing.next = undefined;
    await indexState(ctx, slot, object).catch((error: unknown) => giveUp(ctx, slot, error));
  }
  indexing.running = undefined;
  restSlot(slot);
}

/** Not even the body or the memo could be had: what is known of the object cannot be trusted. */
function giveUp(ctx: EngineContext, slot: ObjectSlot, error: unknown): void {
  forgetInIndexes(ctx, slot);
  ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
}

async function indexState(ctx: EngineContext, slot: ObjectSlot, object: SeenObject): Promise<void> {
  const body = deepFreeze(object.body());
  if (ctx.memoStore !== undefined) await loadMemo(ctx, slot, () => body);
  const input: MatchInput = { body, args: () => sharedArgs(ctx, slot, { body, local: true }) };
  for (const id of new Set(slot.kind.indexes.map((handler) => handler.id))) {
    const declared = slot.kind.indexes.filter((handler) => handler.id === id);
    // A filter that throws says no: better nothing in the index than something wrong.
    const handler = declared.find((one) => isWanted(ctx, slot, { handler: one, input }));
    if (handler === undefined) ctx.indexes.store(id).discard(slot.ref.uid);
    else await indexOne(ctx, slot, { handler, body });
  }
}

/** One attempt, unless it failed for good or has to wait: then the object is not in the index (spec I-11..I-13). */
async function indexOne(
  ctx: EngineContext,
  slot: ObjectSlot,
  { handler, body }: { readonly handler: IndexHandler; readonly body: ReturnType<SeenObject['body']> },
): Promise<void> {
  const records = slot.indexing?.records;
  const now = ctx.clock.now();
  const record = records?.get(handler.id) ?? emptyRecord(undefined, now);
  const store = ctx.indexes.store(handler.id);
  if (record.failure || (record.delayed !== undefined && record.delayed > now)) {
    store.discard(slot.ref.uid);
    return;
  }
  const { outcome } = await invokeHandler(ctx, slot, { handler, body, record, more: {}, signal: ctx.stopping });
  // It went while it was being indexed.
  if (slot.gone || slot.released || outcome.kind === 'cancelled') return;
  if (outcome.kind === 'succeeded') store.replace(slot.ref.uid, outcome.result);
  if (outcome.kind === 'failed' || outcome.kind === 'retry' || outcome.kind === 'unfinished') {
    store.discard(slot.ref.uid);
    records?.set(handler.id, recordAfter(record, outcome, ctx.clock.now()));
  } else records?.delete(handler.id);
}
