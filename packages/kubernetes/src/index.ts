// The public catalogue of @kopfts/kubernetes.

// The plugin
export { kubernetes, type KubernetesOptions } from './plugin.js';

// The parts, for harnesses and tools
export { createClusterClient } from './client.js';
export { createHttpsTransport, type HttpsTransportOptions, type TransportTimeouts } from './transport/https-transport.js';
export type { Lane, Transport, TransportStats, WireHeaders, WireReply, WireRequest, WireStream } from './transport/request.js';
export {
  createCredentialSource,
  type Credentials,
  type CredentialSource,
  type LoadCredentials,
  type TlsMaterial,
} from './auth/credentials.js';
export type { AuthEnvironment } from './auth/environment.js';
export type { ReflectPorts } from './watch/reflect.js';
export type { WritePorts } from './write.js';

// Errors
export {
  AnswerLostError,
  ClusterBusyError,
  ClusterUnreachableError,
  CredentialsError,
  ForbiddenError,
  KubeconfigBrokenError,
  KubeconfigContextError,
  KubeconfigMissingError,
  RequestFailedError,
  UnauthorizedError,
  WatchBrokenError,
  WatchExpiredError,
  type NetworkPhase,
  type Refusal,
  type RequestTitle,
} from './errors.js';
