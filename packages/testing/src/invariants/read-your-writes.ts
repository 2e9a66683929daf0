import type { Invariant, Violation } from './invariant.js';
import { createPassReader, isChange } from './pass-reader.js';
import { isOlder, newerOf } from './version-order.js';

/**
 * S15: an operator reads its own writes. What a pass of change handlers begins with is never older than the answer to the last write
 * of that instance on that object. Later handlers of one pass keep the version of the pass, whatever is written meanwhile.
 */
export const readYourWrites: Invariant = {
  id: 'S15',
  says: 'Change handlers see at least what the operator wrote itself.',
  check: (history) => {
    const writes = new Set<number>();
    const written = new Map<string, string>();
    const placeOf = createPassReader();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'call' && entry.method !== 'GET' && entry.method !== 'HEAD') writes.add(entry.call);
      if (entry.kind === 'return' && entry.object && writes.has(entry.call)) {
        const key = `${entry.instance}|${entry.object.uid}`;
        written.set(key, newerOf(entry.object.resourceVersion, written.get(key)));
      }
      if (entry.kind !== 'handler-start' || !isChange(entry) || !placeOf(entry).isFirst) continue;
      const { instance, uid, name, reason, handler, resourceVersion, seq } = entry;
      const own = written.get(`${instance}|${uid}`);
      if (own === undefined || !isOlder(resourceVersion, own)) continue;
      const message = `${reason} handler '${handler}' of ${name} (${uid}) sees version ${resourceVersion}, older than the ${own} that ${instance} wrote`;
      violations.push({ invariant: 'S15', message, seq });
    }
    return violations;
  },
};
