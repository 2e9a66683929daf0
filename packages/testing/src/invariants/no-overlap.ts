import type { EntryOf, HistoryEntry } from '../history/history.js';
import type { Invariant, Violation } from './invariant.js';
import { isChange } from './pass-reader.js';

/**
 * S1: invocations that must not overlap do not. Change handlers of one uid are one after another, whatever their ids and also across
 * instances; a timer is never faster than itself; event handlers of one uid are one after another. Sub-handlers run while their
 * ancestors do, in the same instance, and follow upon each other.
 *
 * An invocation without an end lasts until its instance is stopped or killed; a pause does not end it. One without an end in an
 * instance of whose life nothing is written down says nothing. Strict: also a handler that ignores its abort for longer than the
 * operator waits overlaps with the next one.
 */
export const noOverlap: Invariant = {
  id: 'S1',
  says: 'No two invocations overlap that must follow upon each other.',
  check: (history) => {
    const ends = endsOfInvocations(history);
    const running = new Map<string, readonly Running[]>();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind !== 'handler-start') continue;
      const lane = laneOf(entry);
      const others = (running.get(lane) ?? []).filter(({ end }) => entry.seq < end);
      const other = others.find(({ start }) => !isAncestor(start, entry));
      if (other !== undefined) violations.push(overlap(entry, other.start));
      running.set(lane, [...others, { start: entry, end: ends.get(entry.invocation) ?? entry.seq }]);
    }
    return violations;
  },
};

interface Running {
  readonly start: EntryOf<'handler-start'>;
  /** The entry with which it ended. */
  readonly end: number;
}

function isAncestor(one: EntryOf<'handler-start'>, of: EntryOf<'handler-start'>): boolean {
  return isChange(of) && one.instance === of.instance && of.handler.startsWith(`${one.handler}/`);
}

function laneOf(start: EntryOf<'handler-start'>): string {
  if (isChange(start)) return `change ${start.uid}`;
  return start.reason === 'event' ? `event ${start.uid}` : `timer ${start.uid} ${start.handler}`;
}

/** By invocation, the entry with which it was over: backwards, so that the next death of an instance is known at each start. */
function endsOfInvocations(history: readonly HistoryEntry[]): ReadonlyMap<number, number> {
  const lived = new Set(history.flatMap((entry) => (entry.kind === 'life' ? [entry.instance] : [])));
  const deaths = new Map<string, number>();
  const ended = new Map<number, number>();
  const ends = new Map<number, number>();
  for (const entry of history.toReversed()) {
    if (entry.kind === 'life' && (entry.change === 'killed' || entry.change === 'stopped')) deaths.set(entry.instance, entry.seq);
    if (entry.kind === 'handler-end') ended.set(entry.invocation, entry.seq);
    if (entry.kind !== 'handler-start') continue;
    const unknown = lived.has(entry.instance) || ended.has(entry.invocation) ? Infinity : entry.seq;
    ends.set(entry.invocation, Math.min(ended.get(entry.invocation) ?? unknown, deaths.get(entry.instance) ?? unknown));
  }
  return ends;
}

function overlap(start: EntryOf<'handler-start'>, running: EntryOf<'handler-start'>): Violation {
  const message =
    `${start.reason} handler '${start.handler}' of ${start.name} (${start.uid}) starts in ${start.instance} while ` +
    `'${running.handler}' (${running.reason}, started at ${running.seq} in ${running.instance}) still runs`;
  return { invariant: 'S1', message, seq: start.seq };
}
