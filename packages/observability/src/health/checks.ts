// What readiness and startup hang on; pure. Liveness hangs on nothing of this: no outage outside of the process may end it (design 6.12).
import { resourceName, type CollectionRef, type Fact, type Unreadiness } from '@kopfts/core';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** For anybody who asks: nothing of objects, nothing of the cluster. */
  readonly why?: string;
}

export interface Checks {
  readonly readyz: readonly Check[];
  readonly startupz: readonly Check[];
}

/** What facts say. */
export interface HealthState {
  readonly started: boolean;
  readonly stopping: boolean;
  /** Watches that are broken, by their collection. */
  readonly broken: ReadonlySet<string>;
}

export const UNKNOWN_HEALTH: HealthState = { started: false, stopping: false, broken: new Set() };

export function healthAfter(before: HealthState, fact: Fact): HealthState {
  switch (fact.kind) {
    case 'operator-ready':
      return { ...before, started: true };
    case 'operator-stopping':
      return { ...before, stopping: true };
    case 'watch-health':
      return withWatch(before, fact.of, fact.state === 'retrying' || fact.state === 'denied' ? 'broken' : 'whole');
    case 'kind-released':
      return withWatch(before, fact.of, 'whole');
    default:
      return before;
  }
}

function withWatch(before: HealthState, { resource, namespace }: CollectionRef, is: 'broken' | 'whole'): HealthState {
  const of = `${resourceName(resource)} ${namespace ?? ''}`;
  if (before.broken.has(of) === (is === 'broken')) return before;
  const others = [...before.broken].filter((watch) => watch !== of);
  return { ...before, broken: new Set(is === 'broken' ? [...others, of] : others) };
}

export function checksOf({ started, stopping, broken }: HealthState, unreadiness: readonly Unreadiness[]): Checks {
  const check = (name: string, why: string | undefined): Check => (why === undefined ? { name, ok: true } : { name, ok: false, why });
  const begun = check('started', started ? undefined : 'not everything was listed yet');
  const codes = [...new Set(unreadiness.map(({ code }) => code))];
  return {
    startupz: [begun],
    readyz: [
      begun,
      check('not-stopping', stopping ? 'it is stopping' : undefined),
      check('parts', codes.length === 0 ? undefined : codes.join(', ')),
      check('watches', broken.size === 0 ? undefined : `${broken.size} broken`),
    ],
  };
}
