// The server
export { createApiServer } from './create-api-server.js';
export type {
  ApiRequest,
  ApiResponse,
  ApiServer,
  ApiServerOptions,
  ApiUser,
  AuditCommit,
  AuditEntry,
  ListeningServer,
} from './api-server.js';

// Time
export { systemClock } from './clock.js';
export type { ApiServerClock } from './clock.js';

// Data
export type { JsonArray, JsonObject, JsonValue } from './store/json-value.js';
export type { StatusBody, StatusCause, StatusDetails } from './errors.js';
