import type { HistoryEntry } from '../history/history.js';

/**
 * A history without what instances seem to do after their death. Within one process what was running when an instance was killed may go
 * on until it waits for something: a handler may start or end that nobody could have seen. What the server did with requests
 * that were on their way stays.
 */
export function livingEntries(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const dead = new Set<string>();
  return history.filter((entry) => {
    if (entry.kind === 'life') {
      if (entry.change === 'killed' || entry.change === 'stopped') dead.add(entry.instance);
      if (entry.change === 'started') dead.delete(entry.instance);
      return true;
    }
    return !('instance' in entry) || !dead.has(entry.instance);
  });
}
