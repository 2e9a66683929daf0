import type { HistoryEntry } from '../history/history.js';
import type { OperatorModel, Violation } from './invariant.js';
import { isChange } from './pass-reader.js';

/** One thing that was done: which handler, for which object, the how many-th time. */
export interface Reaction {
  readonly handler: string;
  readonly namespace: string;
  readonly name: string;
  /** From 0. */
  readonly nth: number;
}

export interface IsolationOptions {
  readonly model: Pick<OperatorModel, 'collection' | 'isOwnActor'>;
  /** What the fault is confined to: not judged. */
  readonly isAfflicted: (reaction: Reaction) => boolean;
  /** What does not count as a delay, milliseconds: the order of things at one moment. Default 100. */
  readonly marginMs?: number | undefined;
}

/**
 * S13: what goes wrong with one object, kind or handler slows nothing else down by more than double. Compares two runs of one story, one
 * with the fault and one without: for everything else, the time from the last change that somebody made to the object to the success of a
 * handler. What succeeded in the calm run must succeed in the other one.
 */
export function checkIsolation(
  calm: readonly HistoryEntry[],
  disturbed: readonly HistoryEntry[],
  { model, isAfflicted, marginMs = 100 }: IsolationOptions,
): readonly Violation[] {
  const found = latencies(disturbed, model);
  return [...latencies(calm, model)].flatMap(([key, { reaction, tookMs: usualMs }]): readonly Violation[] => {
    if (isAfflicted(reaction)) return [];
    const other = found.get(key);
    const what = `'${reaction.handler}' for ${reaction.namespace}/${reaction.name} (${String(reaction.nth)})`;
    if (other === undefined)
      return [{ invariant: 'S13', message: `${what} never succeeds while something else is disturbed`, seq: undefined }];
    if (other.tookMs <= Math.max(2 * usualMs, usualMs + marginMs)) return [];
    const message = `${what} takes ${String(other.tookMs)} ms while something else is disturbed, and ${String(usualMs)} ms else`;
    return [{ invariant: 'S13', message, seq: other.seq }];
  });
}

interface Latency {
  readonly reaction: Reaction;
  readonly tookMs: number;
  readonly seq: number;
}

function latencies(history: readonly HistoryEntry[], { collection, isOwnActor }: IsolationOptions['model']): ReadonlyMap<string, Latency> {
  const changedMs = new Map<string, number>();
  const begun = new Map<number, { readonly handler: string; readonly uid: string; readonly namespace: string; readonly name: string }>();
  const counts = new Map<string, number>();
  const found = new Map<string, Latency>();
  for (const entry of history) {
    if (entry.kind === 'commit' && entry.collection === collection && !isOwnActor(entry.actor)) changedMs.set(entry.uid, entry.atMs);
    if (entry.kind === 'handler-start' && isChange(entry)) begun.set(entry.invocation, entry);
    if (entry.kind !== 'handler-end' || entry.result.kind !== 'ok') continue;
    const start = begun.get(entry.invocation);
    if (start === undefined) continue;
    const place = `${start.handler} ${start.namespace}/${start.name}`;
    const nth = counts.get(place) ?? 0;
    counts.set(place, nth + 1);
    const { handler, namespace, name } = start;
    const tookMs = entry.atMs - (changedMs.get(start.uid) ?? 0);
    found.set(`${place} ${String(nth)}`, { reaction: { handler, namespace, name, nth }, tookMs, seq: entry.seq });
  }
  return found;
}
