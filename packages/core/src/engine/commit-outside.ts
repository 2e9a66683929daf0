// What a pass has for stores outside the cluster: after its results, before the finalizer goes (design 6.14).
import { isKopfError } from '../errors.js';
import type { CommitResult, ExternalWrite } from '../ports/external-place.js';
import { factError, isAbort, type EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import { waitBackOff } from './send-write.js';
import { waitForPlace } from './wait-for-place.js';

/** At most one of each store. */
export interface OutsideWrites {
  readonly progress?: ExternalWrite | undefined;
  readonly diffBase?: ExternalWrite | undefined;
}

/** Until the stores have it: a handler is not repeated because its record could not be written. */
export async function commitOutside(ctx: EngineContext, slot: ObjectSlot, writes: OutsideWrites): Promise<CommitResult> {
  for (let failures = 1; ; failures += 1) {
    try {
      const result = await commitNow(ctx, writes);
      if (result === 'newer-exists') slot.changePending = true; // look again
      return result;
    } catch (error) {
      if (isAbort(error, ctx.ended) || ctx.stopping.aborted) throw error;
      if (isKopfError(error, 'KOPF_STORE_AWAY')) await waitForPlace(ctx, slot, error);
      else {
        ctx.emit({ kind: 'object-failed', object: slot.ref, error: factError(error), retryInMs: 0 });
        await waitBackOff(ctx, slot, { failures });
      }
    }
  }
}

/** Progress first, the essence last; together, where both are kept in one place. */
export async function commitNow(ctx: EngineContext, { progress, diffBase }: OutsideWrites): Promise<CommitResult> {
  const { progressStore, diffBaseStore, ended } = ctx;
  const { place } = progressStore;
  if (progress && diffBase && place !== undefined && place === diffBaseStore.place) return place.commit([progress, diffBase], ended);
  if (progress && (await progressStore.commit?.(progress, ended)) === 'newer-exists') return 'newer-exists';
  if (diffBase && (await diffBaseStore.commit?.(diffBase, ended)) === 'newer-exists') return 'newer-exists';
  return 'done';
}
