import type { SeenObject } from '../model/object.js';
import type { EventType } from '../model/watch-event.js';

/** One event of one object, waiting for its event handlers (design 6.5). */
export interface QueuedEvent {
  readonly type: EventType;
  readonly object: SeenObject;
  /** Nobody saw it happen; a list no longer had the object. */
  readonly inferred: boolean;
}

export interface Enqueued {
  readonly queue: readonly QueuedEvent[];
  /** Events that gave way to a newer neighbour. */
  readonly merged: number;
}

/**
 * Appends an event. When there would be more than `limit`, the newest two neighbours that only say "this is how it looks
 * now" become one, the newer. That an object came or went is never left out: then the queue grows beyond the limit.
 */
export function enqueue(queue: readonly QueuedEvent[], event: QueuedEvent, limit = 128): Enqueued {
  const longer = [...queue, event];
  if (longer.length <= limit) return { queue: longer, merged: 0 };
  const later = longer.findLastIndex((one, i) => isState(one) && isState(longer[i - 1]));
  if (later === -1) return { queue: longer, merged: 0 };
  return { queue: longer.toSpliced(later - 1, 1), merged: 1 };
}

/** Says how the object looks now, neither that it came nor that it went. */
function isState(event: QueuedEvent | undefined): boolean {
  return event?.type === 'MODIFIED' || event?.type === null;
}
