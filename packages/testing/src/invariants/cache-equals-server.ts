import type { EntryOf } from '../history/history.js';
import { createHeldState } from './cluster-state.js';
import type { Invariant, Violation } from './invariant.js';

/**
 * S16: at rest, an operator holds exactly the objects that exist, and timers and daemons only for such. Asked at each `holding` entry, against
 * what the commits before it left of the model's collections: the history has to know all of its objects, and the operator to serve
 * all of their namespaces.
 */
export const cacheEqualsServer: Invariant = {
  id: 'S16',
  says: 'At rest, an operator holds exactly the objects that exist.',
  check: (history, model) => {
    const cluster = createHeldState(model);
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'commit') cluster.commit(entry);
      if (entry.kind !== 'holding') continue;
      violations.push(...wrongAt(entry, cluster.objects).map((message) => ({ invariant: 'S16', message, seq: entry.seq })));
    }
    return violations;
  },
};

function wrongAt({ instance, objects, timers }: EntryOf<'holding'>, existing: ReadonlyMap<string, unknown>): readonly string[] {
  const held = new Set(objects);
  return [
    ...[...existing.keys()].filter((uid) => !held.has(uid)).map((uid) => `${instance} does not know uid ${uid}, which exists`),
    ...[...held].filter((uid) => !existing.has(uid)).map((uid) => `${instance} still holds uid ${uid}, which does not exist`),
    ...[...new Set(timers)]
      .filter((uid) => !existing.has(uid))
      .map((uid) => `${instance} runs a timer or daemon of uid ${uid}, which does not exist`),
  ];
}
