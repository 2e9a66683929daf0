import { KopfError, PermanentError, type InvalidCause, type KopfErrorOptions } from '@kopfts/core';

/** The failures of the adapter. Answers of the server that mean something for one object are no errors but `WriteOutcome`s. */

/** How far a request came before it broke: nothing was sent, the answer was awaited, or the answer was being read. */
export type NetworkPhase = 'connect' | 'sent' | 'body';

/** `KOPF_CLUSTER_UNREACHABLE`: no answer from the server. In phase `connect` it provably did not see the request. */
export class ClusterUnreachableError extends KopfError {
  readonly phase: NetworkPhase;

  constructor(
    what: { readonly server: string; readonly phase: NetworkPhase; readonly source?: string | undefined; readonly why: string },
    options: KopfErrorOptions = {},
  ) {
    const from = what.source === undefined ? '' : ` (from ${what.source})`;
    super('KOPF_CLUSTER_UNREACHABLE', `${PHASES[what.phase]} ${what.server}${from}: ${what.why}`, {
      remedy: 'Check that the server runs and that the kubeconfig names the right one.',
      ...options,
      context: { server: what.server, source: what.source, phase: what.phase, ...options.context },
    });
    this.phase = what.phase;
  }
}

const PHASES: Readonly<Record<NetworkPhase, string>> = {
  connect: 'Cannot connect to the API server',
  sent: 'No answer from the API server',
  body: 'The answer broke off, of the API server',
};

/** What a failed request was, for messages: never its body. */
export interface RequestTitle {
  readonly method: string;
  readonly path: string;
}

/** `KOPF_ANSWER_LOST`: a write was sent and its answer is lost or unusable; it may have been committed. */
export class AnswerLostError extends KopfError {
  constructor(request: RequestTitle, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_ANSWER_LOST', `${request.method} ${request.path} may or may not have been committed: ${why}`, {
      remedy: 'Nothing: the next state of the object tells.',
      ...options,
      context: { ...request, ...options.context },
    });
  }
}

/** What the server said about a request it refused. */
export interface Refusal extends RequestTitle {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
  /** Milliseconds the server wants us to wait. */
  readonly retryAfterMs?: number | undefined;
}

/** `KOPF_UNAUTHORIZED`: the server does not accept our credentials (401), also after they were read anew. */
export class UnauthorizedError extends KopfError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super('KOPF_UNAUTHORIZED', `The API server does not accept our credentials for ${title(refusal)}.`, {
      remedy: 'Log in again, or correct the user of the kubeconfig; in a pod, check its service account.',
      ...options,
      context: { ...refusal },
    });
  }
}

/** `KOPF_FORBIDDEN`: we are known, but may not do it (403). */
export class ForbiddenError extends KopfError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super('KOPF_FORBIDDEN', `The API server forbids ${title(refusal)}: ${refusal.message}`, {
      remedy: 'Grant list, watch and patch of this kind to the operator by a Role or ClusterRole and its binding.',
      ...options,
      context: { ...refusal },
    });
  }
}

/**
 * `KOPF_NAMESPACE_TERMINATING`: nothing can be created in a namespace that is being deleted (403 with that cause). It would not be possible the next
 * time either, and a deletion that waited for it would keep the namespace from its end.
 */
export class NamespaceTerminatingError extends PermanentError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super(`The API server refuses ${title(refusal)}: ${refusal.message}`, {
      remedy: 'Nothing: what is in the namespace goes with it. A handler that is to finish all the same catches this error.',
      ...options,
      code: 'KOPF_NAMESPACE_TERMINATING',
      context: { ...refusal },
    });
  }
}

/** `KOPF_CLUSTER_BUSY`: the server refused before acting (429, or 503 with Retry-After), also after waiting as told. */
export class ClusterBusyError extends KopfError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super('KOPF_CLUSTER_BUSY', `The API server is too busy for ${title(refusal)}: ${refusal.message}`, {
      remedy: 'Nothing if it passes; else look at the load of the API server and its priority levels.',
      ...options,
      context: { ...refusal },
    });
  }
}

/** `KOPF_REQUEST_FAILED`: any other refusal. */
export class RequestFailedError extends KopfError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super('KOPF_REQUEST_FAILED', `The API server answered ${String(refusal.status)} to ${title(refusal)}: ${refusal.message}`, {
      remedy: 'See the message; server errors (5xx) are tried again.',
      ...options,
      context: { ...refusal },
    });
  }
}

/** `KOPF_ANSWER_TOO_LARGE`: the answer to a read is larger than what fits into memory; it was given up. */
export class AnswerTooLargeError extends KopfError {
  constructor(request: RequestTitle, options: KopfErrorOptions = {}) {
    super('KOPF_ANSWER_TOO_LARGE', `The answer to ${title(request)} is too large and was given up.`, {
      remedy: 'Make the objects smaller, or look at what is between us and the API server.',
      ...options,
      context: { ...request, ...options.context },
    });
  }
}

/** `KOPF_REQUEST_INVALID`: a request that would not go where it is meant to; it was not sent. */
export class RequestInvalidError extends KopfError {
  constructor(why: string, options: KopfErrorOptions = {}) {
    super('KOPF_REQUEST_INVALID', `A request was not sent: ${why}`, {
      remedy: 'Look where the name comes from: names in Kubernetes are not empty, not `.` and not `..`.',
      ...options,
    });
  }
}

/** `KOPF_WATCH_EXPIRED`: the server no longer has the history to resume a watch or a list from (410). */
export class WatchExpiredError extends KopfError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super('KOPF_WATCH_EXPIRED', `The API server no longer has the history for ${title(refusal)}: ${refusal.message}`, {
      remedy: 'Nothing: the objects are listed again.',
      ...options,
      context: { ...refusal },
    });
  }
}

/** `KOPF_WATCH_BROKEN`: a stream or a list that makes no sense, or went silent. */
export class WatchBrokenError extends KopfError {
  constructor(path: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_WATCH_BROKEN', `The watch of ${path} broke: ${why}`, {
      remedy: 'Nothing if it passes: it is resumed from the last good version. Else look at proxies between us and the API server.',
      ...options,
      context: { path, ...options.context },
    });
  }
}

/** `KOPF_KUBECONFIG_MISSING`: there is no such file, or nothing says where the cluster is. */
export class KubeconfigMissingError extends KopfError {
  constructor(message: string, options: KopfErrorOptions = {}) {
    super('KOPF_KUBECONFIG_MISSING', message, {
      remedy: 'Give --kubeconfig, set KUBECONFIG, or create ~/.kube/config; in a pod, mount its service account.',
      ...options,
    });
  }
}

/** `KOPF_KUBECONFIG_BROKEN`: the file cannot be understood, or lacks what its context needs. */
export class KubeconfigBrokenError extends KopfError {
  constructor(source: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_KUBECONFIG_BROKEN', `The kubeconfig ${source} cannot be used: ${why}`, {
      remedy: 'Correct the file; `kubectl config view` shows how kubectl reads it.',
      ...options,
      context: { source, ...options.context },
    });
  }
}

/** `KOPF_KUBECONFIG_CONTEXT`: no such context; the known ones are named. */
export class KubeconfigContextError extends KopfError {
  constructor(source: string, context: string, known: readonly string[], options: KopfErrorOptions = {}) {
    const list = known.length === 0 ? 'it has none' : `it has ${known.map((name) => `'${name}'`).join(', ')}`;
    const asked = context === '' ? 'has no current context' : `has no context '${context}'`;
    super('KOPF_KUBECONFIG_CONTEXT', `The kubeconfig ${source} ${asked}; ${list}.`, {
      remedy: 'Name one of them by --context, or set `current-context` in the file.',
      ...options,
      context: { source, context, known },
    });
  }
}

/** `KOPF_CREDENTIALS`: the kubeconfig is fine, but its credentials could not be had (an exec plugin failed, a token file is gone). */
export class CredentialsError extends KopfError {
  constructor(source: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_CREDENTIALS', `No credentials from ${source}: ${why}`, {
      remedy: 'Run `kubectl get namespaces` with the same kubeconfig; if it works there, report a bug to us.',
      ...options,
      context: { source, ...options.context },
    });
  }
}

/** `KOPF_NOT_FOUND`: there is no such object, or no such kind (404). */
export class NotFoundError extends KopfError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super('KOPF_NOT_FOUND', `There is nothing to ${title(refusal)}: ${refusal.message}`, {
      remedy: 'If it may be missing, catch this code.',
      ...options,
      context: { ...refusal },
    });
  }
}

/** `KOPF_ALREADY_EXISTS`: an object of this name exists (409). */
export class AlreadyExistsError extends KopfError {
  constructor(refusal: Refusal, options: KopfErrorOptions = {}) {
    super('KOPF_ALREADY_EXISTS', `The API server did not do ${title(refusal)}: ${refusal.message}`, {
      remedy: 'Use `apply`, or `metadata.generateName`, or catch this code: a handler that is repeated meets what it made before.',
      ...options,
      context: { ...refusal },
    });
  }
}

/** `KOPF_CONFLICT`: the object has changed meanwhile, or others own the fields that were applied without `force` (409). */
export class ConflictError extends KopfError {
  constructor(refusal: Refusal, causes: readonly InvalidCause[], options: KopfErrorOptions = {}) {
    super('KOPF_CONFLICT', `The API server did not do ${title(refusal)}: ${refusal.message}`, {
      remedy: 'Read the object again and compute the change anew; or let `apply` take the fields over by `force`.',
      ...options,
      context: { ...refusal, causes },
    });
  }
}

/** `KOPF_OBJECT_INVALID`: the schema, a rule or an admission policy refuses the object (422). */
export class ObjectInvalidError extends KopfError {
  constructor(refusal: Refusal, causes: readonly InvalidCause[], options: KopfErrorOptions = {}) {
    super('KOPF_OBJECT_INVALID', `The API server refuses ${title(refusal)}: ${refusal.message}`, {
      remedy: 'Correct the fields that are named: the same request will never be accepted.',
      ...options,
      context: { ...refusal, causes },
    });
  }
}

/** `KOPF_KIND_UNKNOWN`: the server does not serve this kind in this version. */
export class KindUnknownError extends KopfError {
  constructor(apiVersion: string, kind: string, options: KopfErrorOptions = {}) {
    super('KOPF_KIND_UNKNOWN', `The API server does not serve ${kind} of ${apiVersion}.`, {
      remedy: 'Check the spelling, and that the CustomResourceDefinition is installed and serves this version.',
      ...options,
      context: { apiVersion, kind, ...options.context },
    });
  }
}

/** `KOPF_NOT_IN_TIME`: what `until` waits for did not come about in its time. */
export class NotInTimeError extends KopfError {
  constructor(what: string, ms: number, options: KopfErrorOptions = {}) {
    super('KOPF_NOT_IN_TIME', `${what} did not become what it was waited for within ${String(ms / 1000)} seconds.`, {
      remedy: 'Wait longer, or throw a TemporaryError and look again in the next attempt.',
      ...options,
      context: { what, ms, ...options.context },
    });
  }
}

/** `KOPF_LOGIN_FAILED`: the login handlers gave nothing to log in with, or nothing that the server accepts (spec AU-13, AU-31). */
export class LoginError extends KopfError {
  constructor(why: string, options: KopfErrorOptions = {}) {
    super('KOPF_LOGIN_FAILED', `Not logged in: ${why}`, {
      remedy: 'Look at what the `on.login` handlers return, and whether the server accepts it.',
      ...options,
    });
  }
}

/** `KOPF_CONNECTION_INFO`: a login handler returned what says not, or not clearly, how to reach the cluster. Values are not told. */
export class ConnectionInfoError extends KopfError {
  constructor(source: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_CONNECTION_INFO', `The connection from ${source} cannot be used: ${why}`, {
      remedy: 'Return a ConnectionInfo, a list of them, or nothing.',
      ...options,
      context: { source, ...options.context },
    });
  }
}

function title(request: RequestTitle): string {
  return `${request.method} ${request.path}`;
}
