import type { Fact } from '@kopfts/core';

/** Tells whether a failure of an object was said before and nothing has changed since. */
export interface RepeatedFailures {
  isRepeated(fact: Fact): boolean;
}

/** An outage is one line per object, however often it is tried again. What is remembered goes with success or with the object. */
export function createRepeatedFailures(): RepeatedFailures {
  const said = new Map<string, string>();
  return {
    isRepeated(fact) {
      if (fact.kind === 'object-failed') {
        const text = `${fact.error.code ?? ''} ${fact.error.message}`;
        const repeated = said.get(fact.object.uid) === text;
        said.set(fact.object.uid, text);
        return repeated;
      }
      const isOver = fact.kind === 'object-forgotten' || (fact.kind === 'write-ended' && fact.outcome === 'committed');
      if (isOver) said.delete(fact.object.uid);
      return false;
    },
  };
}
