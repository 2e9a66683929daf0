// The public catalogue of @kopfts/kubernetes.

// The plugin
export { kubernetes, type CredentialTimeouts, type KubernetesOptions } from './plugin.js';

// For handlers
export { api, type CallOptions, type KubernetesApi, type ListOptions, type UntilOptions } from './api/api.js';
export type { KindAddress, ObjectAddress } from './api/address.js';
export type { ApiRequest } from './api/call.js';
export type { ApplyOptions, CreatedObject, DeleteOptions, PatchOptions } from './api/object-calls.js';
export type { GeneratedClass } from './api/typed.js';
export type { Query } from './api-path.js';

// The parts, for harnesses and tools
export { createClusterClient, type ClientPorts } from './client.js';
export { createHttpsTransport, type HttpsTransportOptions, type TransportTimeouts } from './transport/https-transport.js';
export type { Lane, Transport, TransportStats, WireHeaders, WireReply, WireRequest, WireStream } from './transport/request.js';
export { createCredentialSource, type CredentialObserver, type CredentialSource } from './auth/credential-source.js';
export { connectionCredentials, type ConnectionOptions } from './auth/connection.js';
export {
  loginWithClient,
  loginWithKubeconfig,
  loginWithServiceAccount,
  type ClientKubeConfig,
  type KubeconfigLoginOptions,
} from './auth/logins.js';
export type { Credentials, LoadCredentials, TlsMaterial } from './auth/credentials.js';
export type { AuthEnvironment, Program, ProgramEnd } from './auth/environment.js';
export type { Impersonation } from './auth/impersonation.js';
export type { RetryBudget } from './transport/retry-budget.js';
export type { ReflectPorts } from './watch/session.js';
export type { WritePorts } from './write.js';

// Errors
export {
  AlreadyExistsError,
  AnswerLostError,
  AnswerTooLargeError,
  ClusterBusyError,
  ClusterUnreachableError,
  ConflictError,
  ConnectionInfoError,
  CredentialsError,
  ForbiddenError,
  KubeconfigBrokenError,
  KubeconfigContextError,
  KindUnknownError,
  KubeconfigMissingError,
  LoginError,
  NamespaceTerminatingError,
  NotFoundError,
  NotInTimeError,
  ObjectInvalidError,
  RequestFailedError,
  RequestInvalidError,
  UnauthorizedError,
  WatchBrokenError,
  WatchExpiredError,
  type NetworkPhase,
  type Refusal,
  type RequestTitle,
} from './errors.js';
