// When a pass may begin: a worker is free for its handlers, and not too many others are on their way to their writes.
import type { Ticket } from '../queue/turn-queue.js';
import type { EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';

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
 * turn has come.
 */
export function requestTurn(ctx: EngineContext, slot: ObjectSlot, later: (turn: Turn) => void): Turn | undefined {
  const wantedMs = ctx.clock.monotonicMs();
  const namespace = slot.ref.namespace ?? '';
  let atOnce: Turn | undefined;
  let isLater = false;
  const begin = (turn: Turn): void => {
    slot.awaitedTurn = undefined;
    ctx.emit({ kind: 'turn-taken', object: slot.ref, waitedMs: ctx.clock.monotonicMs() - wantedMs });
    if (isLater) later(turn);
    else atOnce = turn;
  };
  const wantRoom = (releaseWorker: () => void): void => {
    const room = ctx.rooms.of(slot.ref.resource);
    const ticket = room.request({ urgency: slot.urgency, namespace }, (leaveRoom) => begin({ releaseWorker, leaveRoom }));
    if (ticket) queueUp(ctx, slot, { ticket, awaited: 'writes', onLeave: releaseWorker });
  };
  const ticket = ctx.workers.request({ urgency: slot.urgency, namespace }, wantRoom);
  if (ticket) queueUp(ctx, slot, { ticket, awaited: 'worker', onLeave: () => undefined });
  isLater = true;
  return atOnce;
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
