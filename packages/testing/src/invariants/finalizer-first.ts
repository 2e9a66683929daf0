import { holdsFinalizer } from './acknowledgement.js';
import type { Invariant, Violation } from './invariant.js';
import { blockingHandlers, stateOf, wants } from './model-handler.js';
import { createPassReader, isChange } from './pass-reader.js';

/**
 * S6: our finalizer comes first. If a delete handler that blocks the deletion matches what a pass begins with, then no handler of
 * a creation, update or resumption runs in it before the finalizer is on the object: an object that vanishes has no side
 * effects to clean up. Event handlers and timers may run earlier.
 */
export const finalizerFirst: Invariant = {
  id: 'S6',
  says: 'No change handler runs before the finalizer that a delete handler needs.',
  check: (history, model) => {
    const handlers = blockingHandlers(model);
    const placeOf = createPassReader();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind !== 'handler-start' || !isChange(entry) || !placeOf(entry).isFirst || entry.reason === 'delete') continue;
      if (holdsFinalizer(entry.body, model)) continue;
      const waiting = handlers.find((handler) => wants(handler, 'delete', stateOf(entry.body, model)));
      if (waiting === undefined) continue;
      const message =
        `${entry.reason} handler '${entry.handler}' of ${entry.name} (${entry.uid}) starts without our finalizer on the object, ` +
        `though delete handler '${waiting.id}' needs it`;
      violations.push({ invariant: 'S6', message, seq: entry.seq });
    }
    return violations;
  },
};
