// An operator in a world of its own
export { createHarness, type Harness, type HarnessOptions } from './harness.js';
export type { OperatorParts } from './operator-instance.js';
export { type ClusterDriver, createClusterDriver, type NewObject, type ObjectIdentity } from './cluster-driver.js';
export { customResourceDefinition, type CustomKind } from './custom-resource-definition.js';
export { type Fault, type FaultPlan, type FaultRule } from './fault.js';
export { type CallHistory, type CallRecorder, type CallResult, isWrite, type RecordedCall } from './call-history.js';

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
