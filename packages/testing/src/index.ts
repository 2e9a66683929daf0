// An operator in a world of its own
export { createHarness, type Harness, type HarnessOptions } from './harness.js';
export type { OperatorParts } from './operator-instance.js';
export { type ClusterDriver, createClusterDriver, type NewObject, type ObjectIdentity } from './cluster-driver.js';
export { customResourceDefinition, type CustomKind } from './custom-resource-definition.js';
export { type Fault, type FaultPlan, type FaultRule } from './fault.js';
export { type CallHistory, type CallRecorder, type CallResult, isWrite, type RecordedCall } from './call-history.js';

// What happened, for checkers: of processes on a real server
export { auditHistory, type AuditedRun } from './history/audit-history.js';
export type { ObservedChange } from './history/audit-commits.js';
export { createInvocationNotes, createNoteWriter, readNotes, type NoteWriter, type OperatorNote } from './history/operator-notes.js';
export { createNotingTransport, type NotingOptions } from './history/noting-transport.js';
export { createWriteContext, type WriteContext } from './history/observe-client.js';
export { observeHandlers, type InvocationRecorder } from './history/observe-handlers.js';
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
