import type { Json } from '@kopfts/core';
import type { EntryOf, HistoryEntry } from '../history/history.js';
import { finalState, maskedObject, placeOf } from './final-state.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { differences } from './json-path.js';

type State = Readonly<Record<string, Json>>;

/**
 * L1: the world comes to the state that it must come to, and keeps it. At the `converged` phase the final state equals
 * `model.reference`, and no commit until `quiet` (or the end) takes it away from there. Names the first path that differs. Without a
 * reference or that phase nothing is asked.
 */
export const convergence: Invariant = {
  id: 'L1',
  says: 'After all disturbance the objects come to the state of the undisturbed run, and stay there.',
  check: (history, model) => {
    const { reference } = model;
    const from = history.findIndex((entry) => entry.kind === 'phase' && entry.phase === 'converged');
    const at = history[from];
    if (reference === undefined || at === undefined) return [];
    const reached = firstDifference(reference, finalState(history.slice(0, from), model));
    if (reached !== undefined) return [{ invariant: 'L1', message: `not converged: ${reached}`, seq: at.seq }];
    return laterDeparture(history.slice(from), model, reference);
  },
};

function laterDeparture(rest: readonly HistoryEntry[], model: OperatorModel, reference: State): readonly Violation[] {
  for (const entry of rest) {
    if (entry.kind === 'phase' && entry.phase === 'quiet') return [];
    if (entry.kind !== 'commit' || entry.collection !== model.collection) continue;
    const left = departure(entry, model, reference);
    if (left !== undefined) return [{ invariant: 'L1', message: `converged, but left again: ${left}`, seq: entry.seq }];
  }
  return [];
}

function departure({ before, after }: EntryOf<'commit'>, model: OperatorModel, reference: State): string | undefined {
  const body = after ?? before;
  if (body === undefined) return undefined;
  const place = placeOf(body);
  const wanted = reference[place];
  return firstDifference(
    wanted === undefined ? {} : { [place]: wanted },
    after === undefined ? {} : { [place]: maskedObject(after, model) },
  );
}

function firstDifference(wanted: State, found: State): string | undefined {
  for (const place of [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort()) {
    if (wanted[place] === undefined) return `${place} exists, and must not`;
    if (found[place] === undefined) return `${place} does not exist, and must`;
    const [first] = differences(wanted[place], found[place]);
    if (first !== undefined) return `${place}: ${first.path.join('.')} must be ${text(first.before)}, but is ${text(first.after)}`;
  }
  return undefined;
}

function text(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
