import type { EntryOf, HistoryEntry } from '../history/history.js';
import type { Invariant, Violation } from './invariant.js';
import { isChange } from './pass-reader.js';

/** For what a turn needs beyond its handlers: requests and their answers. */
const MARGIN_MS = 1000;
const PERCENTILE = 0.99;

/**
 * L6: no object waits longer than what waits with it explains. From the moment an instance is shown a state of an object of which no change handler has
 * begun since, to the first of them, at most (others / workers + 1) × `model.turnsEach` (by default 1) × the 99th percentile of what handlers take, and a second. The others are
 * the objects that wait when it begins to wait, or begin to while it does, each once: so an object that changes all the time makes nobody wait twice.
 * Not asked without `model.workers`, of objects for which no handler begins, and of retries, which have their time.
 */
export const fairness: Invariant = {
  id: 'L6',
  says: 'No object waits longer than what waits with it explains.',
  check: (history, { workers, turnsEach = 1, isOwnActor, collection }) => {
    if (workers === undefined) return [];
    const turnMs = handlerTime(history);
    const waits = waitsIn(history, { isOwnActor, collection });
    return waits.flatMap(({ start, sinceMs, others }): readonly Violation[] => {
      const mostMs = (others / workers + 1) * turnsEach * turnMs + MARGIN_MS;
      const tookMs = start.atMs - sinceMs;
      if (tookMs <= mostMs) return [];
      const message =
        `${start.name} (${start.uid}) waits ${String(tookMs)} ms for '${start.handler}' with ${String(others)} others, ` +
        `${String(workers)} workers and ${String(turnMs)} ms for each: at most ${String(Math.round(mostMs))} ms`;
      return [{ invariant: 'L6', message, seq: start.seq }];
    });
  },
};

/** All but the slowest one in a hundred are as fast. */
function handlerTime(history: readonly HistoryEntry[]): number {
  const begun = new Map<number, number>();
  const took: number[] = [];
  for (const entry of history) {
    if (entry.kind === 'handler-start' && isChange(entry)) begun.set(entry.invocation, entry.atMs);
    const sinceMs = entry.kind === 'handler-end' ? begun.get(entry.invocation) : undefined;
    if (sinceMs !== undefined) took.push(entry.atMs - sinceMs);
  }
  took.sort((a, b) => a - b);
  return took[Math.min(took.length - 1, Math.floor(took.length * PERCENTILE))] ?? 0;
}

interface Wait {
  readonly start: EntryOf<'handler-start'>;
  readonly sinceMs: number;
  /** That waited or ran at some moment of it. */
  readonly others: number;
}

interface OpenWait {
  readonly sinceMs: number;
  readonly others: Set<string>;
}

function waitsIn(
  history: readonly HistoryEntry[],
  { isOwnActor, collection }: { readonly isOwnActor: (actor: string) => boolean; readonly collection: string },
): readonly Wait[] {
  const open = new Map<string, OpenWait>();
  const running = new Map<number, string>();
  const waits: Wait[] = [];
  for (const entry of history) {
    if (entry.kind === 'life' && entry.change !== 'stopping') open.clear(); // another life begins with another queue
    if (entry.kind === 'handler-end') running.delete(entry.invocation);
    if (entry.kind === 'commit' && entry.type === 'DELETED') open.delete(entry.uid);
    if (entry.kind === 'deliver' && isOwnActor(entry.instance) && entry.collection === collection && entry.type !== 'DELETED') {
      if (open.has(entry.uid)) continue;
      for (const wait of open.values()) wait.others.add(entry.uid);
      open.set(entry.uid, {
        sinceMs: entry.atMs,
        others: new Set([...open.keys(), ...running.values()].filter((uid) => uid !== entry.uid)),
      });
    }
    if (entry.kind !== 'handler-start' || !isChange(entry)) continue;
    running.set(entry.invocation, entry.uid);
    const wait = open.get(entry.uid);
    open.delete(entry.uid);
    if (wait !== undefined && entry.retry === 0) waits.push({ start: entry, sinceMs: wait.sinceMs, others: wait.others.size });
  }
  return waits;
}
