import { isJsonObject, type Json } from '@kopfts/core';
import type { EntryOf } from '../history/history.js';
import { createContributedPaths, type ContributedPaths } from './contributed-paths.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { differences, type Difference } from './json-path.js';
import { valueAt } from './keyed.js';

const SERVER_SET: ReadonlySet<string> = new Set([
  'resourceVersion',
  'generation',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);

/**
 * S4: a commit of the operator changes nothing but what it may: what handlers of that object contributed (in any invocation that
 * ended before, of any instance), annotations under its own prefix, the presence of its finalizer (order and other finalizers
 * stay), the condition that tells of refused results (the others stay), and what the server sets. It deletes only what somebody asked to
 * be deleted.
 */
export const noLostUpdate: Invariant = {
  id: 'S4',
  says: 'The operator changes only what its handlers contributed and what is its own.',
  check: (history, model) => {
    const uids = new Map<number, string>();
    const contributed = new Map<string, ContributedPaths>();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'handler-start') uids.set(entry.invocation, entry.uid);
      if (entry.kind === 'handler-end') {
        const uid = uids.get(entry.invocation);
        if (uid !== undefined) valueAt(contributed, uid, createContributedPaths).add(entry.contributed);
      }
      if (entry.kind !== 'commit' || entry.collection !== model.collection || !model.isOwnActor(entry.actor)) continue;
      violations.push(...judge(entry, model, contributed.get(entry.uid)));
    }
    return violations;
  },
};

function judge(commit: EntryOf<'commit'>, model: OperatorModel, contributed: ContributedPaths | undefined): readonly Violation[] {
  const { before, after, name, uid, seq } = commit;
  if (before === undefined) return [];
  if (after === undefined) {
    if (before.metadata.deletionTimestamp !== undefined) return [];
    return [{ invariant: 'S4', message: `${name} (${uid}) is deleted by the operator, though nobody asked for its deletion`, seq }];
  }
  const lost = differences(before, after).filter((difference) => !isAllowed(difference, model, contributed));
  return lost.map(({ path, before: old, after: fresh }) => {
    const message = `${path.join('.')} of ${name} (${uid}) goes from ${text(old)} to ${text(fresh)}, which no handler asked for`;
    return { invariant: 'S4', message, seq };
  });
}

function isAllowed({ path, before, after }: Difference, model: OperatorModel, contributed: ContributedPaths | undefined): boolean {
  const [root, field, key] = path;
  if (root === 'metadata' && field !== undefined) {
    if (SERVER_SET.has(field)) return true;
    if (field === 'annotations' && key?.startsWith(`${model.annotationPrefix}/`)) return true;
    if (isEmpty(before) && isEmpty(after)) return true;
    if (field === 'finalizers' && isOnlyOurs(before, after, model.finalizer)) return true;
  }
  if (root === 'status' && field === 'conditions' && path.length === 2 && isOnlyOurCondition(before, after)) return true;
  return contributed?.covers(path, after) ?? false;
}

/** The lists are equal but for our finalizer, which is in each at most once. */
function isOnlyOurs(before: Json | undefined, after: Json | undefined, finalizer: string): boolean {
  const [old, fresh] = [listOf(before), listOf(after)];
  const others = (list: readonly Json[]): string => JSON.stringify(list.filter((item) => item !== finalizer));
  return others(old) === others(fresh) && fresh.filter((item) => item === finalizer).length <= 1;
}

/** The lists are equal but for the condition of the engine, which is in each at most once (design 6.8). */
function isOnlyOurCondition(before: Json | undefined, after: Json | undefined): boolean {
  const isOurs = (item: Json): boolean => isJsonObject(item) && item['type'] === 'HandlerResultsAccepted';
  const [old, fresh] = [listOf(before), listOf(after)].map((list) => list.filter((item) => !isOurs(item)));
  return JSON.stringify(old) === JSON.stringify(fresh) && listOf(after).filter(isOurs).length === 1;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || (isJsonObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0);
}

function text(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
