// The catalogue of what must hold in every history of an operator.
import type { HistoryEntry } from '../history/history.js';
import { atLeastOnce } from './at-least-once.js';
import { bounds } from './bounds.js';
import { cacheEqualsServer } from './cache-equals-server.js';
import { convergence } from './convergence.js';
import { deadWatch } from './dead-watch.js';
import { deletion } from './deletion.js';
import { diffsChain } from './diffs-chain.js';
import { equivalence } from './equivalence.js';
import { exactlyOnce } from './exactly-once.js';
import { fairness } from './fairness.js';
import { filters } from './filters.js';
import { finalizerFirst } from './finalizer-first.js';
import { finalizerLast } from './finalizer-last.js';
import { identity } from './identity.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { livingEntries } from './living-entries.js';
import { noLostUpdate } from './no-lost-update.js';
import { noOverlap } from './no-overlap.js';
import { noStorm } from './no-storm.js';
import { noTimeTravel } from './no-time-travel.js';
import { privilege } from './privilege.js';
import { quiescence } from './quiescence.js';
import { readYourWrites } from './read-your-writes.js';
import { recovery } from './recovery.js';
import { resultsNotBehind } from './results-not-behind.js';
import { retryLaw } from './retry-law.js';
import { secrecy } from './secrecy.js';
import { shutdown } from './shutdown.js';
import { statusHonesty } from './status-honesty.js';

/** All that are judged by one history; determinism (S22) and isolation (S13) take two, see `checkDeterminism` and `checkIsolation`. */
export const INVARIANTS: readonly Invariant[] = [
  noOverlap,
  noTimeTravel,
  identity,
  noLostUpdate,
  finalizerLast,
  finalizerFirst,
  atLeastOnce,
  exactlyOnce,
  resultsNotBehind,
  diffsChain,
  retryLaw,
  filters,
  readYourWrites,
  cacheEqualsServer,
  secrecy,
  privilege,
  bounds,
  statusHonesty,
  convergence,
  quiescence,
  deletion,
  recovery,
  deadWatch,
  fairness,
  shutdown,
  equivalence,
  noStorm,
];

/**
 * Everything that is wrong with a history, invariant by invariant. What a history does not have (deliveries, calls, holdings, phases: the
 * audit log of a real server has none) is not asked for, and what an instance seems to do after its death does not count.
 */
export function checkHistory(history: readonly HistoryEntry[], model: OperatorModel): readonly Violation[] {
  const lived = livingEntries(history);
  return INVARIANTS.flatMap((invariant) => invariant.check(lived, model));
}
