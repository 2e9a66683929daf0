// The public catalogue of @kopfts/kubernetes.

// The plugin
export { kubernetes, type CredentialTimeouts, type KubernetesOptions } from './plugin.js';

// The parts, for harnesses and tools
export { createClusterClient } from './client.js';
export { createHttpsTransport, type HttpsTransportOptions, type TransportTimeouts } from './transport/https-transport.js';
export type { Lane, Transport, TransportStats, WireHeaders, WireReply, WireRequest, WireStream } from './transport/request.js';
export { createCredentialSource, type CredentialObserver, type CredentialSource } from './auth/credential-source.js';
export type { Credentials, LoadCredentials, TlsMaterial } from './auth/credentials.js';
export type { AuthEnvironment, Program, ProgramEnd } from './auth/environment.js';
export type { Impersonation } from './auth/impersonation.js';
export type { ReflectPorts } from './watch/session.js';
export type { WritePorts } from './write.js';

// Errors
export {
  AnswerLostError,
  AnswerTooLargeError,
  ClusterBusyError,
  ClusterUnreachableError,
  CredentialsError,
  ForbiddenError,
  KubeconfigBrokenError,
  KubeconfigContextError,
  KubeconfigMissingError,
  RequestFailedError,
  RequestInvalidError,
  UnauthorizedError,
  WatchBrokenError,
  WatchExpiredError,
  type NetworkPhase,
  type Refusal,
  type RequestTitle,
} from './errors.js';
