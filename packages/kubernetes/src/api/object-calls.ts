import { isKopfError, type JsonPatchOperation, type Resource } from '@kopfts/core';
import { collectionPath, objectPath, type Query } from '../api-path.js';
import { RequestInvalidError } from '../errors.js';
import type { WireReply, WireRequest } from '../transport/request.js';
import { sendAgain } from '../transport/send-again.js';
import { placeOf, type KindAddress, type ObjectAddress, type PlaceAndName } from './address.js';
import { apiVersionOf } from '../watch/known-objects.js';
import { readAnswer } from './answer.js';
import type { ApiParts } from './api-parts.js';
import { APPLY_PATCH, callOf, patchType, type ApiRequest } from './call.js';

/**
 * An object to be created or applied: also of a generated class of client-node, where all of this may be missing. What is missing after all is
 * `KOPF_REQUEST_INVALID`.
 */
export interface CreatedObject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata?:
    | {
        readonly name?: string | undefined;
        readonly generateName?: string | undefined;
        readonly namespace?: string | undefined;
      }
    | undefined;
}

/** The kind that an object says it has. */
function kindOf({ apiVersion, kind }: CreatedObject): KindAddress {
  if (!apiVersion || !kind) throw new RequestInvalidError('its object has no apiVersion or no kind');
  return { apiVersion, kind };
}

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Takes over fields that others own, as an operator should with what is its own. Default: true. Without, that is `KOPF_CONFLICT`. */
  readonly force?: boolean | undefined;
  /** Default: that of the operator. */
  readonly fieldManager?: string | undefined;
  /** `status`, …; default: the object itself. */
  readonly subresource?: string | undefined;
}

export interface PatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** `status`, `scale`, …; default: the object itself. */
  readonly subresource?: string | undefined;
  /** A strategic merge patch, which built-in kinds know. Default: false. */
  readonly strategic?: boolean | undefined;
}

export interface DeleteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Only that very object, not a newer one of its name; then it may be sent again. */
  readonly uid?: string | undefined;
  /** What becomes of those it owns; default: what the kind says. */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined;
}

export interface ListSelection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** The calls of `api(ctx)`, each with its signal. */
export interface ObjectCalls {
  request<T>(request: ApiRequest, signal: AbortSignal): Promise<T>;
  get<T>(address: ObjectAddress, signal: AbortSignal): Promise<T>;
  list<T>(kind: KindAddress, selection: ListSelection, signal: AbortSignal): Promise<readonly T[]>;
  create<T>(object: CreatedObject, signal: AbortSignal): Promise<T>;
  apply<T>(object: CreatedObject, options: ApplyOptions, signal: AbortSignal): Promise<T>;
  patch<T>(
    address: ObjectAddress,
    patch: PatchOptions & { readonly patch: object | readonly JsonPatchOperation[] },
    signal: AbortSignal,
  ): Promise<T>;
  delete(address: ObjectAddress, options: DeleteOptions, signal: AbortSignal): Promise<void>;
  /** Where an object is. */
  locate(address: ObjectAddress, signal: AbortSignal): Promise<{ readonly resource: Resource; readonly place: PlaceAndName }>;
  /** Any answer is a value. */
  send(request: Pick<WireRequest, 'method' | 'path' | 'body' | 'contentType' | 'accept'>, signal: AbortSignal): Promise<WireReply>;
}

const PAGE_LIMIT = 500;

export function createObjectCalls(parts: ApiParts): ObjectCalls {
  const { kinds, fieldManager } = parts;
  const { request, locate, placeIn, forgetful } = createAsking(parts);
  const onObject = <T>(address: ObjectAddress, asked: OnObject, signal: AbortSignal): Promise<T> =>
    forgetful(address, async () => {
      const { resource, place } = await locate(address, signal);
      const { subresource, ...rest } = asked;
      return request<T>({ ...rest, path: objectPath({ resource, ...place }, subresource) }, signal);
    });
  return {
    request,
    locate,
    get: (address, signal) => onObject(address, {}, signal),
    list: <T>(kind: KindAddress, { namespace, labelSelector, fieldSelector }: ListSelection, signal: AbortSignal) =>
      forgetful(kind, async () => {
        const resource = await kinds.find(kind, signal);
        const path = collectionPath({ resource, namespace });
        const items = await listAll((page) => request({ path, query: { labelSelector, fieldSelector, ...page } }, signal));
        // Items of built-in kinds lack both.
        return items.map((item) => ({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...item }) as T);
      }),
    create: async <T>(object: CreatedObject, signal: AbortSignal): Promise<T> => {
      const kind = kindOf(object);
      return forgetful(kind, async () => {
        const resource = await kinds.find(kind, signal);
        const namespace = await placeIn(resource, object.metadata?.namespace);
        return request<T>({ method: 'POST', path: collectionPath({ resource, namespace }), body: object }, signal);
      });
    },
    apply: async <T>(object: CreatedObject, options: ApplyOptions, signal: AbortSignal): Promise<T> => {
      const { force = true, fieldManager: manager = fieldManager, subresource } = options;
      const query = { fieldManager: manager, force };
      return onObject<T>(
        { ...kindOf(object), metadata: object.metadata ?? {} },
        { method: 'PATCH', query, body: object, contentType: APPLY_PATCH, subresource },
        signal,
      );
    },
    patch: (address, { patch, strategic = false, subresource }, signal) =>
      onObject(address, { method: 'PATCH', body: patch, contentType: patchType({ patch, strategic }), subresource }, signal),
    delete: async (address, options, signal) => {
      await onObject(address, { method: 'DELETE', body: deleteOptionsOf(options) }, signal);
    },
    send: (asked, signal) => {
      const call = callOf(asked, fieldManager);
      return sendAgain(call.request, call.repeatable, parts, signal);
    },
  };
}

type OnObject = Omit<ApiRequest, 'path'> & { readonly subresource?: string | undefined };

function deleteOptionsOf({ uid, propagationPolicy }: DeleteOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(uid === undefined ? {} : { preconditions: { uid } }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
  };
}

/** The ways to ask that all calls are made of. */
function createAsking(parts: ApiParts) {
  const { kinds, fieldManager } = parts;
  const request = async <T>(asked: ApiRequest, signal: AbortSignal): Promise<T> => {
    const call = callOf(asked, fieldManager);
    return readAnswer(call.request, call.repeatable, await sendAgain(call.request, call.repeatable, parts, signal)) as T;
  };
  const placeIn = async (resource: Resource, namespace: string | undefined): Promise<string | undefined> =>
    resource.namespaced ? (namespace ?? (await parts.defaultNamespace())) : undefined;
  const locate = async (address: ObjectAddress, signal: AbortSignal) => {
    const { name, namespace } = placeOf(address);
    const resource = await kinds.find(address, signal);
    return { resource, place: { name, namespace: await placeIn(resource, namespace) } };
  };
  /** A kind that is not served any more is looked for again the next time. */
  const forgetful = async <T>(address: KindAddress, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (isKopfError(error, 'KOPF_NOT_FOUND') && error.context['reason'] === '') kinds.forget(address);
      throw error;
    }
  };
  return { request, placeIn, locate, forgetful };
}

interface ListDocument {
  readonly metadata?: { readonly continue?: unknown } | undefined;
  readonly items?: unknown;
}

/** In pages; when the server forgot where we were, once more, as a whole. */
async function listAll(ask: (page: Query) => Promise<ListDocument>): Promise<readonly object[]> {
  let items: object[] = [];
  let page: Query = { limit: PAGE_LIMIT };
  for (;;) {
    try {
      const document = await ask(page);
      for (const item of Array.isArray(document.items) ? (document.items as readonly object[]) : []) items.push(item);
      const token = document.metadata?.continue;
      if (typeof token !== 'string' || token === '') return items;
      page = { limit: PAGE_LIMIT, continue: token };
    } catch (error) {
      if (!isKopfError(error, 'KOPF_WATCH_EXPIRED') || page['continue'] === undefined) throw error;
      items = [];
      page = {};
    }
  }
}
