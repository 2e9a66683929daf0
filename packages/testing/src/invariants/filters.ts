import type { Json, ObjectBody } from '@kopfts/core';
import type { EntryOf } from '../history/history.js';
import type { Invariant, ModelHandler, OperatorModel, Violation } from './invariant.js';
import { createPassReader, isChange } from './pass-reader.js';
import { essenceOf, storedEssence } from './stored-essence.js';

/**
 * S12: no handler runs against its declaration: for a reason that it was not declared for, or with a body that its filters refuse.
 * Handlers of changes are judged by what their pass began with: later ones of it see what the ones before them contributed. Handlers
 * of resumptions also run with updates and deletions. Handlers that the model does not know are not judged.
 */
export const filters: Invariant = {
  id: 'S12',
  says: 'No handler runs with what its filters refuse.',
  check: (history, model) => {
    const handlers = new Map(model.handlers.map((handler) => [handler.id, handler]));
    const placeOf = createPassReader();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind !== 'handler-start') continue;
      const body = isChange(entry) ? placeOf(entry).base : entry.body;
      const handler = handlers.get(entry.handler);
      const why = handler === undefined ? undefined : refusal(entry, { handler, body, model });
      if (why === undefined) continue;
      const { reason, name, uid, seq } = entry;
      violations.push({ invariant: 'S12', message: `${reason} handler '${entry.handler}' of ${name} (${uid}) ${why}`, seq });
    }
    return violations;
  },
};

interface Declared {
  readonly handler: ModelHandler;
  readonly body: ObjectBody;
  readonly model: OperatorModel;
}

function refusal(start: EntryOf<'handler-start'>, { handler, body, model }: Declared): string | undefined {
  const { reason } = start;
  const mixesIn = handler.reasons.includes('resume') && (reason === 'update' || reason === 'delete');
  if (!handler.reasons.includes(reason) && !mixesIn) return `runs, declared for ${handler.reasons.join(', ')} only`;
  const whole = handler.field !== undefined && isChange(start);
  const old: Json | undefined = whole ? storedEssence(body, model) : start.old;
  const fresh: Json | undefined = whole ? essenceOf(body, model) : start.new;
  return handler.matches?.({ reason, body, old, new: fresh }) === false ? 'runs with a body that its filters refuse' : undefined;
}
