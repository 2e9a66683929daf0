import type { KopfError } from '../errors.js';
import type { DiffBaseStore } from '../ports/diff-base-store.js';
import type { ExternalPlace } from '../ports/external-place.js';
import type { MemoStore } from '../ports/memo-store.js';
import type { ProgressStore } from '../ports/progress-store.js';
import { factError, type EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import { OVER } from './race-abort.js';

/** A place that says that it is back, and fails at once, is not asked more often than this. */
const PAUSE_MS = 250;
/** At the latest then it is tried again, whatever the place says. */
const PATIENCE_MS = 30_000;

/** An object whose memory cannot be reached waits, and says why. Rejects when the operator ends. */
export async function waitForPlace(ctx: EngineContext, slot: ObjectSlot, error: KopfError): Promise<void> {
  const until = ctx.clock.now() + PATIENCE_MS;
  ctx.emit({ kind: 'object-waiting', object: slot.ref, until, why: 'store', error: factError(error) });
  await ctx.clock.sleep(PAUSE_MS, ctx.stopping);
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ctx.stopping]);
  const patience = ctx.clock.sleep(PATIENCE_MS - PAUSE_MS, signal);
  const back = Promise.all(placesOf(ctx).map((place) => place.reachable(signal))).then(() => undefined);
  try {
    await Promise.race([back, patience]);
  } finally {
    over.abort(OVER);
    await Promise.allSettled([back, patience]);
  }
  ctx.stopping.throwIfAborted();
}

/** The stores of an operator, or of one kind. */
export interface StoresInUse {
  readonly progressStore: ProgressStore;
  readonly diffBaseStore: DiffBaseStore;
  readonly memoStore?: MemoStore | undefined;
  readonly kindStores?: readonly Placed[] | undefined;
}

interface Placed {
  readonly progressStore: ProgressStore | undefined;
  readonly diffBaseStore: DiffBaseStore | undefined;
  readonly memoStore?: MemoStore | undefined;
}

/** The places outside the cluster that are in use, each once. */
export function placesOf(stores: StoresInUse): readonly ExternalPlace[] {
  // Not by copying the rest: what an object runs in inherits its stores, and a copy would have none.
  const { kindStores = [] } = stores;
  const places = [stores, ...kindStores].flatMap(({ progressStore, diffBaseStore, memoStore }) => [
    progressStore?.place,
    diffBaseStore?.place,
    memoStore?.place,
  ]);
  return [...new Set(places)].filter((place) => place !== undefined);
}
