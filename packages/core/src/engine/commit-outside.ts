// What a pass has for stores outside the cluster: after its results, before the finalizer goes (design 6.14).
import { isKopfError } from '../errors.js';
import type { DiffBaseStore } from '../ports/diff-base-store.js';
import type { CommitResult, ExternalWrite } from '../ports/external-place.js';
import type { MemoStore } from '../ports/memo-store.js';
import type { ProgressStore } from '../ports/progress-store.js';
import { factError, isAbort, type EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import { waitBackOff } from './send-write.js';
import { waitForPlace } from './wait-for-place.js';

/** At most one of each store. */
export interface OutsideWrites {
  readonly progress?: ExternalWrite | undefined;
  readonly diffBase?: ExternalWrite | undefined;
  readonly memo?: ExternalWrite | undefined;
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

/** Progress first, then the essence, then the memo; together, where they are kept in one place. */
export async function commitNow(ctx: EngineContext, writes: OutsideWrites): Promise<CommitResult> {
  for (let left = partsOf(ctx, writes); left.length > 0;) {
    const [first] = left;
    const together = left.filter(
      ({ store }) => store === first?.store || (store.place !== undefined && store.place === first?.store.place),
    );
    left = left.filter((part) => !together.includes(part));
    if ((await commitTogether(ctx, together)) === 'newer-exists') return 'newer-exists';
  }
  return 'done';
}

interface OutsidePart {
  readonly store: ProgressStore | DiffBaseStore | MemoStore;
  readonly write: ExternalWrite;
}

function partsOf({ progressStore, diffBaseStore, memoStore }: EngineContext, { progress, diffBase, memo }: OutsideWrites): OutsidePart[] {
  return [
    ...(progress ? [{ store: progressStore, write: progress }] : []),
    ...(diffBase ? [{ store: diffBaseStore, write: diffBase }] : []),
    ...(memo && memoStore ? [{ store: memoStore, write: memo }] : []),
  ];
}

async function commitTogether({ ended }: EngineContext, parts: readonly OutsidePart[]): Promise<CommitResult | undefined> {
  const [first] = parts;
  if (first === undefined) return undefined;
  const { store, write } = first;
  if (parts.length === 1) return store.commit?.(write, ended);
  return store.place?.commit(
    parts.map((part) => part.write),
    ended,
  );
}
