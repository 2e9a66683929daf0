import type { Fact, ObjectRef } from '@kopfts/core';
import type { Violation } from './invariant.js';

/**
 * Where nothing goes wrong, nobody is told that something did: no fact of an undisturbed run is one that logs show as an error (a handler that
 * failed for good, a watch that is denied, a kind that is refused, an object whose pass failed, a result that was dropped, a line of a handler or
 * a plugin at that level).
 */
export function checkNoErrors(facts: readonly Fact[]): readonly Violation[] {
  return facts.filter(isError).map((fact) => {
    const object = 'object' in fact ? (fact.object as ObjectRef | undefined) : undefined;
    const about = object === undefined ? '' : ` about ${object.name}`;
    return { invariant: 'log', message: `nothing went wrong, and '${fact.kind}'${about} says that something did`, seq: undefined };
  });
}

function isError(fact: Fact): boolean {
  switch (fact.kind) {
    case 'handler-ended':
    case 'activity-handler-ended':
      return fact.result === 'failed';
    case 'watch-health':
      return fact.state === 'denied';
    case 'logged':
      return fact.level === 'error';
    case 'plugin':
      return levelOf(fact.data) === 'error';
    default:
      return ['kind-refused', 'object-failed', 'result-dropped'].includes(fact.kind);
  }
}

function levelOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'level' in data ? data.level : undefined;
}
