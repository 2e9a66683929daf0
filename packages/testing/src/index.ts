// An operator in a world of its own
export { createHarness, type Harness, type HarnessOptions } from './harness.js';
export { createSimulation, type Simulation, type SimulationOptions, type World } from './simulation.js';
export type { SimulatedOperator } from './operator-lives.js';
export type { OperatorParts } from './operator-instance.js';
export { type ClusterDriver, createClusterDriver, type NewObject, type ObjectIdentity } from './cluster-driver.js';
export { customResourceDefinition, type CustomKind } from './custom-resource-definition.js';
export { type CrashPoint, type Fault, type FaultPlan, type FaultRule, faultText } from './fault.js';
export type { LineFault, StreamFault } from './stream-fault.js';
export { type CallHistory, type CallObserver, type CallRecorder, type CallResult, isWrite, type RecordedCall } from './call-history.js';

// An operator as it is, in real time
export { type Runner, type RunnerOptions, type RunnerResult, startRunner } from './runner/start-runner.js';

// Seen from outside
export { createJournal, type Journal } from './history/journal.js';
export { type InvocationRecorder, observeHandlers } from './history/observe-handlers.js';
export { createWriteContext, type WriteContext } from './history/observe-client.js';

// Every fault at every place
export {
  ANSWER_MISHAPS,
  type AnswerMishap,
  LINE_MISHAPS,
  type LineMishap,
  type Mishap,
  type Move,
  moveText,
  parsePlan,
  type Plan,
  type PlannedMishap,
  type PlannedOrder,
  planText,
  STRATEGIES,
  type Strategy,
} from './sweep/plan.js';
export { type Moment, type PlanOutcome, referenceOf, runPlan, type RunOptions } from './sweep/run-plan.js';
export { createJudge, type Judge, sweep, type PlanFailure, type SweepOptions, type SweepResult } from './sweep/sweep.js';
export { addCoverage, type Coverage, type CoverageCounter, type CoverageTable, createCoverage } from './sweep/coverage.js';
export { type ShrinkOptions, type ShrunkPlan, shrinkPlan } from './sweep/shrink.js';
export type { Workload } from './sweep/workload.js';
export { createWorkloads, type Stores } from './sweep/workloads.js';

// Small worlds, exhaustively
export { exploreScope, runSmall, type ScopeBounds, type ScopeResult, SMALL } from './scope/explore-scope.js';

// Other interleavings
export { exploreDelays, type DelayBounds } from './schedules/explore-delays.js';
export {
  createDelayedOrder,
  createPctOrder,
  createSeededOrder,
  type DelayedOrder,
  type Delays,
  type ReadyChannel,
  type ScheduleOrder,
} from './schedules/order.js';

// Drawn stories
export { DRAWN } from './swarm/drawn-workload.js';
export { runDrawn, runSwarm, shrinkDrawn, type SwarmOptions, swarmPlan, type SwarmResult } from './swarm/run-swarm.js';

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
export { livingEntries } from './invariants/living-entries.js';
export type { Invariant, MatchedSubject, ModelHandler, OperatorModel, Violation } from './invariants/invariant.js';
export { checkDeterminism, hashHistory } from './invariants/determinism.js';
export { finalState } from './invariants/final-state.js';
export { checkIsolation, type IsolationOptions, type Reaction } from './invariants/isolation.js';
export { checkNoErrors } from './invariants/no-errors.js';
export type { GrantedRule } from './invariants/granted-rule.js';
export type { Lifetimes, Undisturbed } from './invariants/lifetimes.js';
export { type NeededRight, rightOf, unusedRights } from './invariants/privilege.js';
export { checkSecrecy, type Sink } from './invariants/secrecy.js';
export { undisturbedOf } from './invariants/undisturbed.js';

// The same of processes on a real server, from its audit log and their notes
export { auditHistory, type AuditedRun } from './history/audit-history.js';
export type { ObservedChange } from './history/audit-commits.js';
export { createInvocationNotes, createNoteWriter, readNotes, type NoteWriter, type OperatorNote } from './history/operator-notes.js';
export { createNotingTransport, type NotingOptions } from './history/noting-transport.js';

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
