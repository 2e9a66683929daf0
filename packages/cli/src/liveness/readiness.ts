// Whether the operator sees its cluster, by what the engine says. Unlike liveness, it depends on the world outside (design 6.12).
import { resourceName } from '@kopfts/core';
import type { CollectionRef, Fact } from '@kopfts/core';

export interface Readiness {
  readonly stage: 'starting' | 'serving' | 'stopping';
  /** Watches that do not work, by their collection: `retrying` or `denied`. */
  readonly broken: ReadonlyMap<string, string>;
}

export const NOT_READY: Readiness = { stage: 'starting', broken: new Map() };

/** What a fact changes; pure. */
export function readinessAfter(before: Readiness, fact: Fact): Readiness {
  switch (fact.kind) {
    case 'operator-ready':
      return { ...before, stage: 'serving' };
    case 'operator-stopping':
      return { ...before, stage: 'stopping' };
    case 'watch-health':
      return {
        ...before,
        broken: withHealth(before.broken, fact.of, fact.state === 'live' || fact.state === 'connecting' ? undefined : fact.state),
      };
    case 'kind-released':
      return { ...before, broken: withHealth(before.broken, fact.of, undefined) };
    default:
      return before;
  }
}

/** Why not, one line each; none: it is ready. */
export function reasonsAgainst({ stage, broken }: Readiness): readonly string[] {
  return [...(stage === 'serving' ? [] : [`it is ${stage}`]), ...[...broken].map(([of, state]) => `the watch of ${of} is ${state}`)];
}

function withHealth(
  before: ReadonlyMap<string, string>,
  { resource, namespace }: CollectionRef,
  state: string | undefined,
): ReadonlyMap<string, string> {
  const of = `${resourceName(resource)}${namespace === undefined ? '' : ` in ${namespace}`}`;
  if (before.get(of) === state) return before;
  const after = new Map(before);
  if (state === undefined) after.delete(of);
  else after.set(of, state);
  return after;
}
