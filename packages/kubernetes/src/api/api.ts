import {
  clusterClientOf,
  durationMs,
  isKopfError,
  NoHandlerScopeError,
  type Duration,
  type JsonPatchOperation,
  type ObjectBody,
} from '@kopfts/core';
import { linkedAbort } from '../linked-abort.js';
import type { KindAddress, ObjectAddress } from './address.js';
import type { ApiRequest } from './call.js';
import { apiPartsOf, type ApiParts } from './api-parts.js';
import { createObjectCalls, type ApplyOptions, type CreatedObject, type DeleteOptions, type PatchOptions } from './object-calls.js';
import { instanceOf, type GeneratedClass } from './typed.js';
import { untilHolds } from './until.js';

/** For every call. */
export interface CallOptions {
  /** Ends it, besides the signal of the handler. */
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions extends CallOptions {
  /** Default: all that there are. Of cluster-scoped kinds it means nothing. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface UntilOptions extends CallOptions {
  /** A number is seconds. Default: as long as the signals allow. */
  readonly timeout?: Duration | undefined;
}

/**
 * The cluster of the operator, for handlers: over its connections, with its credentials, within the limits of its load, and by its rules of what is
 * sent again (see the README of `@kopfts/kubernetes`). Everything ends with the handler's signal.
 *
 * *Errors*: `KOPF_NOT_FOUND`, `KOPF_ALREADY_EXISTS`, `KOPF_CONFLICT`, `KOPF_OBJECT_INVALID`, `KOPF_FORBIDDEN`, `KOPF_UNAUTHORIZED`, `KOPF_CLUSTER_BUSY`,
 * `KOPF_CLUSTER_UNREACHABLE`, `KOPF_ANSWER_LOST` (a write that may have been done), `KOPF_KIND_UNKNOWN`, `KOPF_REQUEST_INVALID`, `KOPF_REQUEST_FAILED`. The answer's status is in
 * `context.status`, the fields that it names in `context.causes`.
 *
 * *Caveats*: objects are what the server sent, so that integers beyond 2^53 are rounded: change objects by `patch` or `apply`, never by sending back what was read.
 */
export interface KubernetesApi {
  /** Any request: gives the JSON of the answer, or its text. Not for answers that do not end. */
  request<T = unknown>(request: ApiRequest, options?: CallOptions): Promise<T>;
  get<T = ObjectBody>(address: ObjectAddress, options?: CallOptions): Promise<T>;
  /** All of them, at one version of the cluster; asked for in pages of 500. */
  list<T = ObjectBody>(kind: KindAddress, options?: ListOptions): Promise<readonly T[]>;
  /** Takes `metadata.generateName`, too. */
  create<T = ObjectBody>(object: CreatedObject, options?: CallOptions): Promise<T>;
  /** Server-side apply: creates it, or makes its fields these; fields that were applied before and are not in it any more are removed. */
  apply<T = ObjectBody>(object: CreatedObject, options?: ApplyOptions): Promise<T>;
  /** A merge patch (null deletes a field), or a list of JSON patch operations. */
  patch<T = ObjectBody>(address: ObjectAddress, patch: object | readonly JsonPatchOperation[], options?: PatchOptions): Promise<T>;
  /** False if there is none; true does not mean that it is gone: finalizers are waited for. */
  delete(address: ObjectAddress, options?: DeleteOptions): Promise<boolean>;
  /** Resolves with the object as soon as the condition holds for it: at once, or when the server says that it changed. One that does not exist is `undefined`. */
  until(
    address: ObjectAddress,
    condition: (object: ObjectBody | undefined) => boolean,
    options?: UntilOptions,
  ): Promise<ObjectBody | undefined>;
  /**
   * A generated class of `@kubernetes/client-node`, which you import, in whichever version. It behaves as it does elsewhere, also in its errors: an answer
   * that is a refusal is its `ApiException`; only what never became an answer is an error of ours.
   */
  typed<A>(Class: GeneratedClass<A>): A;
  /** That of the kubeconfig's context, of the pod, or of the login; else `default`. */
  defaultNamespace(): Promise<string>;
}

/**
 * The Kubernetes API for the code of a handler.
 *
 * @param ctx the argument of a handler of any kind but `login`, whole, or a copy made by `...`.
 * @throws NoHandlerScopeError `KOPF_NO_HANDLER_SCOPE` if it is anything else, or the cluster client is not that of this package.
 * @example const pods = await api(ctx).typed(CoreV1Api).listNamespacedPod({ namespace: 'default' });
 */
export function api(ctx: object): KubernetesApi {
  const parts = apiPartsOf(clusterClientOf(ctx, 'api()'));
  if (parts === undefined) throw new NoHandlerScopeError('api()');
  const { signal } = ctx as { readonly signal?: unknown };
  return apiWithin(parts, signal instanceof AbortSignal ? signal : undefined);
}

/** Of filters, which have no signal, it never ends before its time. */
function apiWithin(parts: ApiParts, own: AbortSignal | undefined): KubernetesApi {
  const within = <T>({ signal }: CallOptions = {}, work: (signal: AbortSignal) => Promise<T>): Promise<T> => whileNone([own, signal], work);
  const calls = createObjectCalls(parts);
  return {
    request: (request, options) => within(options, (signal) => calls.request(request, signal)),
    get: (address, options) => within(options, (signal) => calls.get(address, signal)),
    list: (kind, options = {}) => within(options, (signal) => calls.list(kind, options, signal)),
    create: (object, options) => within(options, (signal) => calls.create(object, signal)),
    apply: (object, options = {}) => within(options, (signal) => calls.apply(object, options, signal)),
    patch: (address, patch, options = {}) => within(options, (signal) => calls.patch(address, { patch, ...options }, signal)),
    delete: async (address, options = {}) => {
      try {
        await within(options, (signal) => calls.delete(address, options, signal));
        return true;
      } catch (error) {
        if (isKopfError(error, 'KOPF_NOT_FOUND')) return false;
        throw error;
      }
    },
    async until(address, condition, options = {}) {
      const { timeout } = options;
      const timeoutMs = timeout === undefined ? undefined : durationMs(timeout, 'timeout');
      return within(options, async (signal) =>
        untilHolds({ ...(await calls.locate(address, signal)), timeoutMs }, condition, parts, signal),
      );
    },
    typed: (Class) => instanceOf(Class, (request, signal) => whileNone([own, signal], (joined) => calls.send(request, joined))),
    defaultNamespace: () => parts.defaultNamespace(),
  };
}

/** Works with a signal that aborts with any of those; nothing of it stays behind at them, which may be those of a daemon of months. */
async function whileNone<T>(signals: readonly (AbortSignal | undefined)[], work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  const [only] = given;
  if (only !== undefined && given.length === 1) return work(only);
  const joined = linkedAbort(...given);
  try {
    return await work(joined.signal);
  } finally {
    joined.release();
  }
}
