// The server
export { createApiServer } from './create-api-server.js';
export type {
  ApiReplica,
  ApiRequest,
  ApiResponse,
  ApiServer,
  ApiServerOptions,
  ApiUser,
  FrontEnd,
  ListenOptions,
  ListeningServer,
  ReplicaOptions,
  RestoreOptions,
} from './api-server.js';
export type { ServerSnapshot } from './snapshot.js';
export type { TlsIdentity } from './http/self-signed.js';

// What happened
export type { ApiCall, AuditCommit, AuditEntry, AuditPrecondition } from './audit/audit-entry.js';

// What goes wrong
export { ConnectionError } from './faults/connection-error.js';
export type {
  ExternalChange,
  FaultHandle,
  FaultRule,
  FaultStatus,
  RequestFault,
  ServerFault,
  ServerFaults,
  StreamFault,
  TextMatch,
} from './faults/fault.js';

// Time
export { systemClock } from './clock.js';
export type { ApiServerClock } from './clock.js';

// Data
export type { JsonArray, JsonObject, JsonValue } from './store/json-value.js';
export type { StatusBody, StatusCause, StatusDetails } from './errors.js';
