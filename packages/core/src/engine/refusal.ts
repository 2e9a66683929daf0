// What a writer does when the cluster answers "no", and goes on answering so: neither is it known whether that will ever change, nor may the
// object, or others, wait for it (decision 38).
import type { EngineContext } from './context.js';
import type { ObjectSlot } from './object-slot.js';
import type { Turn } from './turn.js';

export interface Refusing {
  /** Called with a refusal: it may take its time now, and others need not wait for it. */
  readonly told?: (() => void) | undefined;
  /** What happened meanwhile matters more than what is refused. Asked after each refusal, and with each newer state. */
  readonly isSuperseded: () => boolean;
  /** Monotonic. By then somebody writes anew. */
  readonly deadlineMs?: number | undefined;
  /** What handlers want is given up for the rest: an object that goes away is not held by what is to be written on it. */
  readonly dropsResults?: boolean | undefined;
}

/** Of a pass that the deletion of its object makes needless. */
export function untilDeletion(slot: ObjectSlot, turn: Turn): Refusing {
  return { told: () => turn.leaveRoom(), isSuperseded: () => slot.newest.deleting };
}

/** Of what lets an object go: nothing comes after it. */
export function ofDeletion(turn: Turn): Refusing {
  return { told: () => turn.leaveRoom(), isSuperseded: () => false, dropsResults: true };
}

/** There is nobody any more to whom anything could be written. */
export function isLost({ gone, vanished, released }: ObjectSlot): boolean {
  return gone || vanished || released;
}

/** Whether to wait and ask again makes no sense. */
export function isOver(ctx: EngineContext, { isSuperseded, deadlineMs = Infinity }: Refusing): boolean {
  return isSuperseded() || ctx.clock.monotonicMs() >= deadlineMs;
}
