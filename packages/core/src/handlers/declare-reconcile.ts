// Children are found by an index in memory: it is complete before the first handler runs, and it hears of deletions that a watch missed.
import type { IndexFunction } from '../model/handler-function.js';
import { ownerUidsOf } from '../model/owner-mark.js';
import type { SelectorInput } from '../model/selector.js';
import { declareHandler, ownedIndexId, type Declaration } from './declare.js';
import type { AnyHandler } from './handler-spec.js';

/** The declared handler of a reconciliation, followed by those that index what it owns. @throws as `declareHandler` does. */
export function declareReconcile(declaration: Declaration): readonly [AnyHandler, ...AnyHandler[]] {
  const handler = declareHandler(declaration);
  const owns = (declaration.options['owns'] ?? []) as readonly SelectorInput[];
  const indexes = owns.map((selector) =>
    declareHandler({
      kind: 'index',
      selector,
      options: { id: ownedIndexId(handler.id) },
      fn: byOwners,
      place: declaration.place,
      strictIds: false,
    }),
  );
  return [handler, ...indexes];
}

/** One function for all of them: several kinds fill one index. */
const byOwners: IndexFunction = ({ meta, uid }) => new Map(ownerUidsOf(meta).map((owner) => [owner, uid]));
