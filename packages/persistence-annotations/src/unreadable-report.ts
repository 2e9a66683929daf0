import { resourceName } from '@kopfts/core';
import type { FactBody, ObjectRef, ObjectView } from '@kopfts/core';

/** Where on the object something is stored. */
export type StoredPlace = { readonly annotation: string } | { readonly field: string };

/** Something of ours that no operator can have written, as a whole or only these `fields` of a record. It counts as absent. */
export type OnUnreadable = (object: ObjectView, place: StoredPlace, fields?: readonly string[]) => void;

/** Once for each kind: the cluster did not keep what the operator wrote to the status. */
export function createLossReport(
  plugin: string,
  field: string,
  emit: (fact: Extract<FactBody, { kind: 'plugin' }>) => void,
): (object: ObjectView) => void {
  return ({ ref }) => {
    const kind = resourceName(ref.resource);
    const message =
      `[${placeOf(ref)}] The cluster did not keep what was written to '${field}'. For ${kind} it is kept in annotations instead: ` +
      'its schema has to keep unknown fields there (x-kubernetes-preserve-unknown-fields), or the memory belongs elsewhere.';
    emit({ kind: 'plugin', plugin, name: 'status-lost', data: { level: 'warn', message, field, resource: kind, uid: ref.uid } });
  };
}

/** Two handlers of one kind that keep their progress in one annotation. */
export function createSharedReport(
  plugin: string,
  emit: (fact: Extract<FactBody, { kind: 'plugin' }>) => void,
): (annotation: string, ids: readonly [string, string]) => void {
  return (annotation, ids) => {
    const [one, other] = ids;
    const message = `The handlers '${one}' and '${other}' share the annotation '${annotation}': when one is done, the other counts as done. Give one another id.`;
    emit({ kind: 'plugin', plugin, name: 'annotation-shared', data: { level: 'error', message, annotation, ids: [one, other] } });
  };
}

function placeOf({ namespace, name }: ObjectRef): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

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
    const complaint =
      fields.length === 0
        ? `The ${kind} '${name}' is not readable and counts as absent`
        : `In the ${kind} '${name}', ${fields.join(', ')} cannot be what an operator wrote and counts as absent`;
    const message = `[${placeOf(ref)}] ${complaint}; the next write repairs it.`;
    emit({ kind: 'plugin', plugin, name: `${kind}-unreadable`, data: { level: 'warn', message, ...place, fields, uid: ref.uid } });
  };
}
