// An operator in a world of its own
export { createHarness, type Harness, type HarnessOptions } from './harness.js';
export type { OperatorParts } from './operator-instance.js';
export { type ClusterDriver, createClusterDriver, type NewObject, type ObjectIdentity } from './cluster-driver.js';
export { customResourceDefinition, type CustomKind } from './custom-resource-definition.js';
export { type Fault, type FaultPlan, type FaultRule } from './fault.js';
export { type CallHistory, type CallRecorder, type CallResult, isWrite, type RecordedCall } from './call-history.js';

// What happened, and what must hold of it
export {
  entriesOf,
  type CallEntry,
  type CommitEntry,
  type DeliverEntry,
  type EntryOf,
  type FaultEntry,
  type HandledReason,
  type HandlerEndEntry,
  type HandlerStartEntry,
  type HistoryEntry,
  type HistoryEntryBody,
  type HoldingEntry,
  type InvocationResult,
  type LifeEntry,
  type PhaseEntry,
  type RejectEntry,
  type ReturnEntry,
} from './history/history.js';
export { checkHistory, INVARIANTS } from './invariants/invariants.js';
export type { Invariant, MatchedSubject, ModelHandler, OperatorModel, Violation } from './invariants/invariant.js';
export { noOverlap } from './invariants/no-overlap.js';
export { noTimeTravel } from './invariants/no-time-travel.js';
export { identity } from './invariants/identity.js';
export { noLostUpdate } from './invariants/no-lost-update.js';
export { finalizerLast } from './invariants/finalizer-last.js';
export { finalizerFirst } from './invariants/finalizer-first.js';
export { atLeastOnce } from './invariants/at-least-once.js';
export { exactlyOnce } from './invariants/exactly-once.js';
export { resultsNotBehind } from './invariants/results-not-behind.js';
export { diffsChain } from './invariants/diffs-chain.js';
export { retryLaw } from './invariants/retry-law.js';
export { filters } from './invariants/filters.js';
export { readYourWrites } from './invariants/read-your-writes.js';
export { cacheEqualsServer } from './invariants/cache-equals-server.js';
export { bounds } from './invariants/bounds.js';
export { convergence } from './invariants/convergence.js';
export { quiescence } from './invariants/quiescence.js';
export { deletion } from './invariants/deletion.js';
export { checkDeterminism, hashHistory } from './invariants/determinism.js';
export { finalState } from './invariants/final-state.js';
export { type Acknowledgement, acknowledgementsOf, acknowledges } from './invariants/acknowledgement.js';
export { essenceOf, essenceText, storedEssence } from './invariants/stored-essence.js';

// The same of processes on a real server, from its audit log and their notes
export { auditHistory, type AuditedRun } from './history/audit-history.js';
export type { ObservedChange } from './history/audit-commits.js';
export { createInvocationNotes, createNoteWriter, readNotes, type NoteWriter, type OperatorNote } from './history/operator-notes.js';
export { createNotingTransport, type NotingOptions } from './history/noting-transport.js';
export { createWriteContext, type WriteContext } from './history/observe-client.js';
export { observeHandlers, type InvocationRecorder } from './history/observe-handlers.js';

// The parts, for worlds of another shape
export { createScheduler, type Scheduler, type SchedulerOptions } from './scheduler.js';
export { createInProcessTransport, type InProcessTransport } from './in-process-transport.js';
export type { ExchangeOptions } from './exchange.js';
export { createLife, type Life } from './life.js';
export { createInstanceClock } from './instance-clock.js';
export { createFaultPlan } from './fault.js';
export { createCallRecorder } from './call-history.js';

// Errors
export { HarnessMisuseError, HarnessRefusedError, HarnessStuckError } from './errors.js';
