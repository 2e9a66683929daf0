import { stringifyJson, type Json, type JsonPatchOperation } from '@kopfts/core';
import { withQuery, type Query } from '../api-path.js';
import type { Lane, WireRequest } from '../transport/request.js';

/** A request of a user's own. */
export interface ApiRequest {
  /** Default: `GET`. */
  readonly method?: WireRequest['method'] | undefined;
  /** From the root of the server, its parts encoded: `/api/v1/namespaces/default/pods/a/log`. */
  readonly path: string;
  /** Added to the path, encoded; `undefined` is left out. */
  readonly query?: Query | undefined;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  /** Default: `application/json`; for PATCH `application/merge-patch+json`. */
  readonly contentType?: string | undefined;
  /** Default: `application/json`. */
  readonly accept?: string | undefined;
  /** Whether it may be sent again if nobody knows whether it was done. Default: what holds for its method and content (see the README). */
  readonly repeatable?: boolean | undefined;
}

export const MERGE_PATCH = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
export const APPLY_PATCH = 'application/apply-patch+yaml';

const READ_MS = 60_000;
const WRITE_MS = 30_000;
/**
 * Half of the time in which a lease of client-go's usual timing (15 s long, renewed until 10 s) must be renewed: what hangs leaves time for another
 * try, and nobody waits for an answer until after they have lost what they asked for.
 */
const LEASE_MS = 5000;

/** A request as it is sent, and whether it may be sent again. */
export interface Call {
  readonly request: WireRequest;
  readonly repeatable: boolean;
}

/** Writes are signed by the field manager of the operator, if they name no other. */
export function callOf(asked: ApiRequest, fieldManager: string): Call {
  const { method = 'GET', path, query = {}, body, accept } = asked;
  const isRead = method === 'GET';
  const signed = isRead || method === 'DELETE' || hasManager(path, query) ? query : { fieldManager, ...query };
  const contentType = asked.contentType ?? (method === 'PATCH' ? MERGE_PATCH : 'application/json');
  const text = body === undefined ? undefined : typeof body === 'string' ? body : stringifyJson(body as Json);
  const lane = laneOf(path, isRead);
  return {
    request: {
      lane,
      method,
      path: appended(path, signed),
      ...(text === undefined ? {} : { body: text, contentType }),
      ...(accept === undefined ? {} : { accept }),
      timeoutMs: lane === 'lease' ? LEASE_MS : isRead ? READ_MS : WRITE_MS,
    },
    repeatable: asked.repeatable ?? isRepeatable(method, { path, query, contentType, body: text }),
  };
}

/** Whoever renews a lease waits for nobody: who leads depends on it, and how full the cluster is says nothing about that. */
function laneOf(path: string, isRead: boolean): Lane {
  if (LEASES.test(path)) return 'lease';
  return isRead ? 'read' : 'write';
}

/** One lease, or where they are created; lists of them are ordinary reads. */
const LEASES = /^\/apis\/coordination\.k8s\.io\/[^/]+\/namespaces\/[^/]+\/leases(?:[/?]|$)/;

interface Content {
  readonly path: string;
  readonly query: Query;
  readonly contentType: string;
  readonly body: string | undefined;
}

/** Doing it twice is the same as doing it once; or the second time is refused by a version or a uid. */
function isRepeatable(method: WireRequest['method'], { path, query, contentType, body = '' }: Content): boolean {
  switch (method) {
    case 'GET':
      return true;
    case 'PATCH':
      return contentType === MERGE_PATCH || contentType.startsWith('application/apply-patch');
    case 'PUT':
      return /"resourceVersion":"[^"]/.test(body);
    case 'DELETE':
      return /"preconditions":\{"/.test(body);
    case 'POST':
      return query['dryRun'] === 'All' || /[?&]dryRun=All(&|$)/.test(path);
  }
}

function hasManager(path: string, query: Query): boolean {
  return query['fieldManager'] !== undefined || /[?&]fieldManager=/.test(path);
}

function appended(path: string, query: Query): string {
  return path.includes('?') ? `${path}${withQuery('', query).replace('?', '&')}` : withQuery(path, query);
}

/** A patch, and what kind of patch it is. */
export interface PatchCall {
  /** A merge patch (nulls delete), a strategic merge patch, or a list of JSON patch operations. */
  readonly patch: object | readonly JsonPatchOperation[];
  readonly strategic: boolean;
}

/** The content type of a patch; a list is a JSON patch. */
export function patchType({ patch, strategic }: PatchCall): string {
  if (Array.isArray(patch)) return JSON_PATCH;
  return strategic ? STRATEGIC_PATCH : MERGE_PATCH;
}
