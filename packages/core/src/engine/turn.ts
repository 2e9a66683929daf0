// When a pass may begin: a worker is free for its handlers, and not too many others are on their way to their writes.
import type { Ticket } from '../queue/turn-queue.js';
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

/**
 * The turn of a pass, if it may begin at once. Otherwise the object waits: it has a ticket and needs no task; `later` is called when its
 * turn has come. Room comes first: whoever waits for its kind's writes keeps no worker from the others.
 */
export function requestTurn(ctx: EngineContext, slot: ObjectSlot, later: (turn: Turn) => void): Turn | undefined {
  const room = ctx.rooms.of(slot.ref.resource);
  const leaveRoom = room.tryAcquire();
  const releaseWorker = leaveRoom === undefined ? undefined : ctx.workers.tryAcquire();
  if (leaveRoom !== undefined && releaseWorker !== undefined) {
    ctx.emit({ kind: 'turn-taken', object: slot.ref, waitedMs: 0 });
    return { releaseWorker, leaveRoom };
  }
  const wantedMs = ctx.clock.monotonicMs();
  const claim = (): Claim => ({ urgency: slot.urgency, namespace: slot.ref.namespace ?? '' });
  const wantWorker = (leave: () => void): void => {
    const ticket = ctx.workers.request(claim(), (release) => {
      slot.awaitedTurn = undefined;
      ctx.emit({ kind: 'turn-taken', object: slot.ref, waitedMs: ctx.clock.monotonicMs() - wantedMs });
      later({ releaseWorker: release, leaveRoom: leave });
    });
    if (ticket) queueUp(ctx, slot, { ticket, awaited: 'worker', onLeave: leave });
  };
  if (leaveRoom !== undefined) {
    wantWorker(leaveRoom);
    return undefined;
  }
  const ticket = room.request(claim(), wantWorker);
  if (ticket) queueUp(ctx, slot, { ticket, awaited: 'writes', onLeave: () => undefined });
  return undefined;
}

interface Queued {
  readonly ticket: Ticket;
  readonly awaited: 'worker' | 'writes';
  readonly onLeave: () => void;
}

function queueUp(ctx: EngineContext, slot: ObjectSlot, { ticket, awaited, onLeave }: Queued): void {
  slot.awaitedTurn = {
    raise: (urgency) => ticket.raise(urgency),
    leave() {
      slot.awaitedTurn = undefined;
      ticket.leave();
      onLeave();
    },
  };
  ctx.emit({ kind: 'turn-awaited', object: slot.ref, urgency: slot.urgency, awaited });
}
