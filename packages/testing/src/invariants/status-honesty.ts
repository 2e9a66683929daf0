import { isJsonObject, type Json, type ObjectBody } from '@kopfts/core';
import type { Invariant, Violation } from './invariant.js';
import { valueIn } from './json-path.js';

/**
 * S20: what the operator says in a status is true. In each of its commits, `status.observedGeneration` and the `observedGeneration` of each
 * condition, where it changes them, are at most the `metadata.generation` of the object and at least what they were before; and the
 * `lastTransitionTime` of a condition moves if and only if its `status` does. It counts who sends, whether engine or handler decided. What
 * conditions of handlers mean (`Ready`) is not known here, and not judged.
 */
export const statusHonesty: Invariant = {
  id: 'S20',
  says: 'A status never claims a generation that does not exist, and never goes back.',
  check: (history, model) =>
    history.flatMap((entry): readonly Violation[] => {
      if (entry.kind !== 'commit' || entry.collection !== model.collection || !model.isOwnActor(entry.actor)) return [];
      const { before, after, uid, name, seq } = entry;
      if (before === undefined || after === undefined) return [];
      return [...wrongGenerations(before, after), ...wrongTransitions(before, after)].map((wrong) => ({
        invariant: 'S20',
        message: `${entry.actor} says of ${name} (${uid}): ${wrong}`,
        seq,
      }));
    }),
};

function wrongGenerations(before: ObjectBody, after: ObjectBody): readonly string[] {
  const known = claimsIn(before);
  const generation = after.metadata['generation'];
  return [...claimsIn(after)].flatMap(([where, claimed]) => {
    const then = known.get(where);
    if (claimed === then) return [];
    if (typeof generation === 'number' && claimed > generation)
      return [`${where} has seen generation ${String(claimed)}, of ${String(generation)}`];
    return then !== undefined && claimed < then ? [`${where} goes back from generation ${String(then)} to ${String(claimed)}`] : [];
  });
}

/** By place: which generation the status says it is about. */
function claimsIn(body: ObjectBody): ReadonlyMap<string, number> {
  const claims = new Map<string, number>();
  const add = (where: string, claimed: Json | undefined): void => {
    if (typeof claimed === 'number') claims.set(where, claimed);
  };
  add('the status', valueIn(body, ['status', 'observedGeneration']));
  for (const [type, condition] of conditionsOf(body)) add(`condition ${type}`, condition['observedGeneration']);
  return claims;
}

function wrongTransitions(before: ObjectBody, after: ObjectBody): readonly string[] {
  const known = conditionsOf(before);
  return [...conditionsOf(after)].flatMap(([type, now]) => {
    const then = known.get(type);
    const [from, to] = [then?.['lastTransitionTime'], now['lastTransitionTime']];
    if (then === undefined || from === undefined || to === undefined || then['status'] === now['status']) {
      return then !== undefined && then['status'] === now['status'] && from !== to ? [moved(type)] : [];
    }
    return from === to ? [`condition ${type} changes without a new lastTransitionTime`] : [];
  });
}

const moved = (type: string): string => `condition ${type} has another lastTransitionTime, and the same status`;

type Condition = Readonly<Record<string, Json | undefined>>;

function conditionsOf(body: ObjectBody): ReadonlyMap<string, Condition> {
  const list = valueIn(body, ['status', 'conditions']);
  const conditions: readonly Json[] = Array.isArray(list) ? list : [];
  return new Map(
    conditions.flatMap((one): readonly (readonly [string, Condition])[] =>
      isJsonObject(one) && typeof one['type'] === 'string' ? [[one['type'], one]] : [],
    ),
  );
}
