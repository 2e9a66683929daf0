import type { FactBody, ObjectView } from '@kopfts/core';

/** Where on the object something is stored. */
export type StoredPlace = { readonly annotation: string } | { readonly field: string };

/** Something of ours that no operator can have written, as a whole or only these `fields` of a record. It counts as absent. */
export type OnUnreadable = (object: ObjectView, place: StoredPlace, fields?: readonly string[]) => void;

/** How many places are remembered as reported; beyond it the oldest may be reported once more. */
const REMEMBERED = 256;

/** Reports each unreadable place once: stores load at every pass. Owned by one operator, bounded. */
export function createUnreadableReport(plugin: string, emit: (fact: Extract<FactBody, { kind: 'plugin' }>) => void): OnUnreadable {
  const reported = new Set<string>();
  return ({ ref }, place, fields = []) => {
    const [kind, name] = 'annotation' in place ? ['annotation', place.annotation] : ['field', place.field];
    const key = `${ref.uid}/${kind}/${name}`;
    if (reported.has(key)) return;
    reported.add(key);
    const [oldest] = reported;
    if (reported.size > REMEMBERED && oldest !== undefined) reported.delete(oldest);
    const object = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
    const complaint =
      fields.length === 0
        ? `The ${kind} '${name}' is not readable and counts as absent`
        : `In the ${kind} '${name}', ${fields.join(', ')} cannot be what an operator wrote and counts as absent`;
    const message = `[${object}] ${complaint}; the next write repairs it.`;
    emit({ kind: 'plugin', plugin, name: `${kind}-unreadable`, data: { level: 'warn', message, ...place, fields, uid: ref.uid } });
  };
}
