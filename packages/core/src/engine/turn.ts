// When a pass may begin: a worker is free for its handlers, and not too many others are on their way to their writes.
import type { EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import type { Claim } from './semaphore.js';

/** What a pass holds. Giving back twice does no harm. */
export interface Turn {
  /** Its handlers are done: others may run theirs. */
  releaseWorker(): void;
  /** It waits for something that takes its time, and is no write: whoever comes after it need not. */
  leaveRoom(): void;
}

/** Of a pass that neither calls nor writes. */
export const NO_TURN: Turn = { releaseWorker: () => undefined, leaveRoom: () => undefined };

/** At once, if nobody is before it. */
export function takeTurn(ctx: EngineContext, slot: ObjectSlot): Turn | Promise<Turn> {
  ctx.stopping.throwIfAborted();
  const room = ctx.rooms.of(slot.ref.resource);
  const releaseWorker = ctx.workers.tryAcquire();
  if (releaseWorker === undefined) return awaitTurn(ctx, slot);
  const leaveRoom = room.tryAcquire();
  if (leaveRoom === undefined) return awaitTurn(ctx, slot, releaseWorker);
  return begin(ctx, slot, { turn: { releaseWorker, leaveRoom }, waitedMs: 0 });
}

function begin(ctx: EngineContext, slot: ObjectSlot, { turn, waitedMs }: { readonly turn: Turn; readonly waitedMs: number }): Turn {
  ctx.emit({ kind: 'turn-taken', object: slot.ref, waitedMs });
  return turn;
}

/** `worker`: one that it has already. */
async function awaitTurn(ctx: EngineContext, slot: ObjectSlot, worker?: () => void): Promise<Turn> {
  const wantedMs = ctx.clock.monotonicMs();
  const claim = (awaited: 'worker' | 'writes'): Claim => ({
    urgency: slot.urgency,
    namespace: slot.ref.namespace ?? '',
    onWait(raise) {
      ctx.emit({ kind: 'turn-awaited', object: slot.ref, urgency: slot.urgency, awaited });
      slot.raiseTurn = raise;
    },
  });
  try {
    const releaseWorker = worker ?? (await ctx.workers.acquire(claim('worker'), ctx.stopping));
    try {
      const leaveRoom = await ctx.rooms.of(slot.ref.resource).acquire(claim('writes'), ctx.stopping);
      return begin(ctx, slot, { turn: { releaseWorker, leaveRoom }, waitedMs: ctx.clock.monotonicMs() - wantedMs });
    } catch (error) {
      releaseWorker();
      throw error;
    }
  } finally {
    slot.raiseTurn = undefined;
  }
}
