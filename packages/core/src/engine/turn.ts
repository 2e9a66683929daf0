// When a pass may begin: a worker is free for its handlers, and not too many others are on their way to their writes.
import type { Resource } from '../model/resource.js';
import type { EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import { createSemaphore, type Claim, type Semaphore } from './semaphore.js';

/**
 * Passes at work beyond those that can be written at once: they are ready when a write ends. Without that bound the handlers of all objects of a
 * long list would run before the first of their results is written: all of it would be in memory at once, and a crash would lose it.
 */
const READY_TO_WRITE = 32;

/** For passes on their way to their writes. Each kind has room of its own: one whose writes or stores are slow holds up no others. */
export interface Rooms {
  of(resource: Resource): Semaphore;
}

export function createRooms(writeLimit: number): Rooms {
  const rooms = new WeakMap<Resource, Semaphore>();
  return {
    of(resource) {
      let room = rooms.get(resource);
      if (room === undefined) rooms.set(resource, (room = createSemaphore(writeLimit + READY_TO_WRITE)));
      return room;
    },
  };
}

/** What a pass holds. Giving back twice does no harm. */
export interface Turn {
  /** Its handlers are done: others may run theirs. */
  releaseWorker(): void;
  /** It waits for something that takes its time, and is no write: whoever comes after it need not. */
  leaveRoom(): void;
}

/** Of a pass that neither calls nor writes. */
export const NO_TURN: Turn = { releaseWorker: () => undefined, leaveRoom: () => undefined };

export async function takeTurn(ctx: EngineContext, slot: ObjectSlot): Promise<Turn> {
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
    const releaseWorker = await ctx.workers.acquire(claim('worker'), ctx.stopping);
    try {
      const leaveRoom = await ctx.rooms.of(slot.ref.resource).acquire(claim('writes'), ctx.stopping);
      ctx.emit({ kind: 'turn-taken', object: slot.ref, waitedMs: ctx.clock.monotonicMs() - wantedMs });
      return { releaseWorker, leaveRoom };
    } catch (error) {
      releaseWorker();
      throw error;
    }
  } finally {
    slot.raiseTurn = undefined;
  }
}
