import type { EntryOf } from '../history/history.js';
import type { Invariant, Violation } from './invariant.js';
import { createPassReader, isChange } from './pass-reader.js';
import { isOlder, newerOf } from './version-order.js';

/**
 * S2: what handlers see never goes back. Per instance, uid and class (changes, events, each for itself timers) the versions of starts
 * never fall; and what a pass begins with is never older than any state of that uid that the instance was shown or got in an
 * answer before. Later handlers of one pass keep the version of the pass.
 *
 * Histories in which the server itself went back (a restored backup) are none for this check.
 */
export const noTimeTravel: Invariant = {
  id: 'S2',
  says: 'What handlers see never goes back in time.',
  check: (history) => {
    const started = new Map<string, string>();
    const known = new Map<string, string>();
    const learn = (key: string, version: string): void => {
      known.set(key, newerOf(version, known.get(key)));
    };
    const placeOf = createPassReader();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'deliver') learn(`${entry.instance}|${entry.uid}`, entry.resourceVersion);
      if (entry.kind === 'return' && entry.object) learn(`${entry.instance}|${entry.object.uid}`, entry.object.resourceVersion);
      if (entry.kind !== 'handler-start') continue;
      const object = `${entry.instance}|${entry.uid}`;
      const lane = `${object}|${classOf(entry)}`;
      const last = started.get(lane);
      if (last !== undefined && isOlder(entry.resourceVersion, last)) violations.push(fell(entry, `an earlier one saw ${last}`));
      started.set(lane, newerOf(entry.resourceVersion, last));
      const shown = known.get(object);
      if (!isChange(entry) || !placeOf(entry).isFirst || shown === undefined || !isOlder(entry.resourceVersion, shown)) continue;
      violations.push(fell(entry, `the instance knew ${shown} already`));
    }
    return violations;
  },
};

function classOf(start: EntryOf<'handler-start'>): string {
  if (isChange(start)) return 'change';
  return start.reason === 'event' ? 'event' : `timer ${start.handler}`;
}

function fell({ reason, handler, name, uid, instance, resourceVersion, seq }: EntryOf<'handler-start'>, why: string): Violation {
  const message = `${reason} handler '${handler}' of ${name} (${uid}) in ${instance} sees version ${resourceVersion}, though ${why}`;
  return { invariant: 'S2', message, seq };
}
