import type { Clock, Resource } from '@kopfts/core';
import { ClusterUnreachableError } from './errors.js';

/** What a request told about the server: that it answers, that it does not, or nothing (it was given up). */
export type Heard = 'answer' | 'failure' | undefined;

/**
 * Who may write while the server only fails. An outage with thousands of objects waiting must not be met with thousands of requests: one at a time asks
 * whether it is over, less and less often, and the others are told at once that nothing was sent. Each kind on its own: behind it may be a webhook that others have not.
 */
export interface OutageGate {
  /** Lets one write of the kind through; to be told once what came of it. @throws ClusterUnreachableError `KOPF_CLUSTER_UNREACHABLE`, phase `connect` */
  enter(kind: Pick<Resource, 'group' | 'plural'>): (heard: Heard) => void;
  /** The server was away, and is back: everybody may write, until it fails again. */
  open(): void;
}

/** So many failures in a row, and nothing else, are an outage. */
const MOST_FAILURES = 20;
const ASK = { firstMs: 1000, mostMs: 10_000 } as const;

interface KindOutage {
  failures: number;
  isAsked: boolean;
  pauseMs: number;
  nextMs: number;
}

/** Holds an entry for each kind whose last write failed. */
export function createOutageGate(clock: Pick<Clock, 'monotonicMs'>): OutageGate {
  const kinds = new Map<string, KindOutage>();

  const failed = (key: string): void => {
    const outage = kinds.get(key) ?? { failures: 0, isAsked: false, pauseMs: ASK.firstMs, nextMs: 0 };
    kinds.set(key, outage);
    outage.failures += 1;
    if (outage.failures < MOST_FAILURES) return;
    outage.nextMs = clock.monotonicMs() + outage.pauseMs;
    outage.pauseMs = Math.min(ASK.mostMs, outage.pauseMs * 2);
  };
  return {
    open: () => kinds.clear(),
    enter({ group, plural }) {
      const key = `${group}/${plural}`;
      const outage = kinds.get(key);
      const isOut = outage !== undefined && outage.failures >= MOST_FAILURES;
      if (isOut && (outage.isAsked || clock.monotonicMs() < outage.nextMs)) throw away(plural);
      if (isOut) outage.isAsked = true;
      return (heard) => {
        if (isOut) outage.isAsked = false;
        if (heard === 'answer') kinds.delete(key);
        if (heard === 'failure' && (isOut || !isOutNow(kinds.get(key)))) failed(key);
      };
    },
  };
}

/** Whoever was on the way when the outage was noticed says nothing more about it. */
function isOutNow(outage: KindOutage | undefined): boolean {
  return outage !== undefined && outage.failures >= MOST_FAILURES;
}

function away(plural: string): ClusterUnreachableError {
  const why = `it only fails for ${plural}; one request at a time asks whether that is over`;
  return new ClusterUnreachableError({ server: 'at the moment', phase: 'connect', why });
}
