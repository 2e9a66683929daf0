// What a run without mishaps is like, as a measure for those with mishaps.
import type { EntryOf, HistoryEntry } from '../history/history.js';
import type { OperatorModel } from './invariant.js';
import type { Lifetimes, Undisturbed } from './lifetimes.js';

export const WINDOW_MS = 10_000;

/** Reads the measure off a history. */
export function undisturbedOf(history: readonly HistoryEntry[], model: OperatorModel): Undisturbed {
  return { peakRequests: peakOf(history, model).requests, counts: lifetimesOf(history, model) };
}

/** The busiest ten seconds of any instance, and the call with which they end. */
export function peakOf(
  history: readonly HistoryEntry[],
  { isOwnActor }: Pick<OperatorModel, 'isOwnActor'>,
): { readonly requests: number; readonly call: EntryOf<'call'> | undefined } {
  const recent = new Map<string, number[]>();
  let peak: ReturnType<typeof peakOf> = { requests: 0, call: undefined };
  for (const entry of history) {
    if (entry.kind !== 'call' || !isOwnActor(entry.instance)) continue;
    const within = [...(recent.get(entry.instance) ?? []), entry.atMs].filter((atMs) => atMs > entry.atMs - WINDOW_MS);
    recent.set(entry.instance, within);
    if (within.length > peak.requests) peak = { requests: within.length, call: entry };
  }
  return peak;
}

/**
 * Creations and deletions: of the model's kind by whoever did them, of other kinds by the operator. Objects that belong to another one go by
 * its name, for their own may be made of its uid. Kubernetes Events are no objects that anybody asked for.
 */
export function lifetimesOf(history: readonly HistoryEntry[], model: OperatorModel): Readonly<Record<string, Lifetimes>> {
  const counts: Record<string, Lifetimes> = {};
  for (const entry of history) {
    if (entry.kind !== 'commit' || entry.type === 'MODIFIED' || isEvent(entry)) continue;
    if (entry.collection !== model.collection && !model.isOwnActor(entry.actor)) continue;
    const place = placeOfCommit(entry);
    const { created, deleted } = counts[place] ?? { created: 0, deleted: 0 };
    counts[place] = entry.type === 'ADDED' ? { created: created + 1, deleted } : { created, deleted: deleted + 1 };
  }
  return counts;
}

function isEvent({ collection }: EntryOf<'commit'>): boolean {
  return collection === 'events' || collection === 'events.k8s.io/events';
}

function placeOfCommit({ collection, namespace, name, before, after }: EntryOf<'commit'>): string {
  const owners = (after ?? before)?.metadata['ownerReferences'];
  const [owner] = Array.isArray(owners) ? (owners as readonly { readonly name?: unknown }[]) : [];
  return typeof owner?.name === 'string' ? `${collection} of ${namespace}/${owner.name}` : `${collection} ${namespace}/${name}`;
}
