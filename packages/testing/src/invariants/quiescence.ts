import type { HistoryEntry } from '../history/history.js';
import type { Invariant, OperatorModel } from './invariant.js';

/**
 * L2: at rest an operator rests. Between `converged` and `quiet` (or the end) it commits nothing and calls nothing but watches: GET
 * requests with a true `watch` in their query. Without that phase nothing is asked.
 */
export const quiescence: Invariant = {
  id: 'L2',
  says: 'At rest an operator writes nothing and only keeps its watches.',
  check: (history, model) => {
    const from = history.findIndex((entry) => entry.kind === 'phase' && entry.phase === 'converged');
    if (from === -1) return [];
    const until = history.findIndex((entry, index) => index > from && entry.kind === 'phase' && entry.phase === 'quiet');
    return history.slice(from, until === -1 ? history.length : until).flatMap((entry) => {
      const message = unrest(entry, model);
      return message === undefined ? [] : [{ invariant: 'L2', message, seq: entry.seq }];
    });
  },
};

function unrest(entry: HistoryEntry, model: OperatorModel): string | undefined {
  if (entry.kind === 'commit' && model.isOwnActor(entry.actor)) {
    return `${entry.actor} changes ${entry.collection} ${entry.namespace}/${entry.name} (${entry.uid}) at rest`;
  }
  if (entry.kind !== 'call' || (entry.method === 'GET' && isWatch(entry.path))) return undefined;
  return `${entry.instance} sends ${entry.method} ${entry.path} at rest`;
}

function isWatch(path: string): boolean {
  const watch = new URLSearchParams(path.split('?')[1] ?? '').get('watch');
  return watch === 'true' || watch === '1';
}
