// Which route answers which method at which place of a resource.

import { badRequest, methodNotAllowed, notFound, unknownResource, verbNotSupported } from '../errors.js';
import { NAMESPACES } from '../kind/builtin-resources.js';
import type { Resource } from '../kind/resource.js';
import { create } from './create.js';
import { remove, removeCollection } from './delete.js';
import { get } from './get.js';
import { list } from './list.js';
import { isWatchQuery } from './list-options.js';
import { patch } from './patch.js';
import { finalize, replace } from './replace.js';
import type { Reply } from './reply.js';
import { pageNotFound } from './reply.js';
import type { ResourceRequest } from './request-context.js';
import type { ResourcePath } from './request-path.js';
import { review } from './review.js';
import { requestToken } from './token-request.js';
import { getScale, patchScale, replaceScale } from './scale.js';
import { watch } from './watch.js';

/** The verb of a request, as audit logs and access rules name it. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface RouteMatch {
  readonly verb: Verb;
  answer(request: ResourceRequest): Reply;
}

const OBJECT_ROUTES: Readonly<Record<string, RouteMatch>> = {
  GET: { verb: 'get', answer: get },
  PUT: { verb: 'update', answer: replace },
  PATCH: { verb: 'patch', answer: patch },
  DELETE: { verb: 'delete', answer: remove },
};
const COLLECTION_ROUTES: Readonly<Record<string, RouteMatch>> = {
  GET: { verb: 'list', answer: list },
  POST: { verb: 'create', answer: create },
  DELETE: { verb: 'deletecollection', answer: removeCollection },
};
const VERB_NAMES: Readonly<Record<string, string>> = { POST: 'create', GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const SCALE_ROUTES: Readonly<Record<string, RouteMatch>> = {
  GET: { verb: 'get', answer: getScale },
  PUT: { verb: 'update', answer: replaceScale },
  PATCH: { verb: 'patch', answer: patchScale },
};
const WATCH: RouteMatch = { verb: 'watch', answer: watch };
const REVIEW: RouteMatch = { verb: 'create', answer: review };
const TOKEN: RouteMatch = { verb: 'create', answer: requestToken };
const FINALIZE: RouteMatch = { verb: 'update', answer: finalize };

/** Finds the route, or says what is wrong with the place or the method. */
export function matchRoute(
  resource: Resource,
  path: ResourcePath,
  request: { method: string; query: URLSearchParams },
): RouteMatch | Reply {
  if (resource.isNamespaced ? path.namespace === '' && path.name !== '' : path.namespace !== '') return nowhere(resource);
  if (resource.isReview) return matchReview(resource, path, request.method);
  if (path.subresource !== '') return matchSubresource(resource, path, request.method);
  if (request.method === 'GET' && (path.isWatch || isWatchQuery(request.query))) return WATCH;
  if (path.name !== '') return OBJECT_ROUTES[request.method] ?? otherMethod(resource, path, request.method);
  if (request.method === 'POST' && resource.isNamespaced && path.namespace === '') {
    if (resource.isCustom) return pageNotFound();
    throw methodNotAllowed();
  }
  if (request.method === 'DELETE' && !resource.verbs.includes('deletecollection')) throw methodNotAllowed();
  return COLLECTION_ROUTES[request.method] ?? otherMethod(resource, path, request.method);
}

function matchReview(resource: Resource, path: ResourcePath, method: string): RouteMatch {
  if (path.name !== '') throw unknownResource();
  if (method !== 'POST' || (resource.isNamespaced && path.namespace === '')) throw methodNotAllowed();
  return REVIEW;
}

function nowhere(resource: Resource): Reply {
  if (resource.isCustom) return pageNotFound();
  throw unknownResource();
}

function otherMethod(resource: Resource, path: ResourcePath, method: string): RouteMatch {
  if (resource.isCustom && path.name === '' && (method === 'PUT' || method === 'PATCH')) throw badRequest('name must be provided');
  // The real server creates here after checking the body against the name.
  if (resource.isCustom && path.name !== '' && method === 'POST') return { verb: 'create', answer: create };
  if (resource.isCustom) throw verbNotSupported(resource, VERB_NAMES[method] ?? '');
  throw methodNotAllowed();
}

function matchSubresource(resource: Resource, path: ResourcePath, method: string): RouteMatch {
  if (path.subresource === 'finalize' && resource.collection === NAMESPACES && method === 'PUT') return FINALIZE;
  if (path.subresource === 'token' && resource.collection === 'serviceaccounts') {
    if (method !== 'POST') throw methodNotAllowed();
    return TOKEN;
  }
  if (path.subresource === 'scale' && resource.scale !== undefined) {
    const scaling = SCALE_ROUTES[method];
    if (scaling === undefined && resource.isCustom) throw verbNotSupported(resource, VERB_NAMES[method] ?? '');
    if (scaling === undefined) throw methodNotAllowed();
    return scaling;
  }
  if (path.subresource !== 'status' || !resource.hasStatus) {
    if (resource.isCustom) throw notFound(resource, path.name);
    throw unknownResource();
  }
  const route = method === 'DELETE' ? undefined : OBJECT_ROUTES[method];
  if (route === undefined && resource.isCustom) throw verbNotSupported(resource, VERB_NAMES[method] ?? '');
  if (route === undefined) throw methodNotAllowed();
  return route;
}
