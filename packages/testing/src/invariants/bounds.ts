import type { EntryOf } from '../history/history.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { valueAt } from './keyed.js';

/** What holds where a model says nothing else. */
const DEFAULT_BOUNDS = { longestQueue: 128, requestsInFlight: 200, streams: 50 };

/**
 * S19: nothing grows without bounds. Each `holding` entry is within `model.bounds` (by default 128 events of one object, 200 requests in
 * flight and 50 open streams), and so are at every moment the calls of each instance that have not returned; a watch returns when
 * it opens. The calls of an instance end with its life.
 */
export const bounds: Invariant = {
  id: 'S19',
  says: 'Queues, requests in flight and streams stay within their bounds.',
  check: (history, model) => {
    const allowed = model.bounds ?? DEFAULT_BOUNDS;
    const open = new Map<string, Set<number>>();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'return') open.get(entry.instance)?.delete(entry.call);
      if (entry.kind === 'life' && ['started', 'stopped', 'killed'].includes(entry.change)) open.delete(entry.instance);
      if (entry.kind === 'call') {
        const calls = valueAt(open, entry.instance, () => new Set()).add(entry.call);
        if (calls.size > allowed.requestsInFlight)
          violations.push(tooMany(entry, `${calls.size} requests in flight`, allowed.requestsInFlight));
      }
      if (entry.kind === 'holding') violations.push(...heldTooMuch(entry, allowed));
    }
    return violations;
  },
};

function heldTooMuch(holding: EntryOf<'holding'>, allowed: NonNullable<OperatorModel['bounds']>): readonly Violation[] {
  const gauges = [
    { held: holding.longestQueue, most: allowed.longestQueue, what: 'events in one queue' },
    { held: holding.requestsInFlight, most: allowed.requestsInFlight, what: 'requests in flight' },
    { held: holding.streams, most: allowed.streams, what: 'open streams' },
  ];
  return gauges.filter(({ held, most }) => held > most).map(({ held, most, what }) => tooMany(holding, `${held} ${what}`, most));
}

function tooMany({ instance, seq }: EntryOf<'holding' | 'call'>, held: string, most: number): Violation {
  return { invariant: 'S19', message: `${instance} has ${held}, more than ${most}`, seq };
}
