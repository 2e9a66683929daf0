import type { ApiCall } from '../audit/audit-entry.js';
import { isWatchQuery } from './list-options.js';
import type { ResourcePath } from './request-path.js';
import { apiPathOf, decodeSteps, resourcePathOf } from './request-path.js';

/** A request without its body. */
export interface RequestHead {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Reads who asks for what, before anything is checked. */
export function apiCallOf(head: RequestHead, of: { readonly user: string | undefined; readonly server: string }): ApiCall {
  const [path = '', search = ''] = head.path.split('?', 2);
  const api = apiPathOf(decodeSteps(path) ?? []);
  const place = api === undefined || api.rest.length === 0 ? undefined : resourcePathOf(api.rest);
  const verb = place === undefined ? head.method.toLowerCase() : verbOf(head.method, place, new URLSearchParams(search));
  return callOf(head, { ...of, verb, group: api?.group, version: api?.version, path: place });
}

/** What was learnt about a request; empty parts of its place are undefined. */
export interface CallParts {
  readonly user: string | undefined;
  readonly server: string;
  readonly verb: string;
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly path: ResourcePath | undefined;
}

export function callOf(head: RequestHead, { user, server, verb, group, version, path }: CallParts): ApiCall {
  const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
  return {
    verb,
    method: head.method,
    path: head.path,
    user,
    userAgent: headerOf(head, 'user-agent'),
    server,
    group,
    version,
    resource: path?.plural,
    namespace: filled(path?.namespace),
    name: filled(path?.name),
    subresource: filled(path?.subresource),
  };
}

/** The value of a header, whatever the case of its name; empty when it is missing. */
export function headerOf(head: RequestHead, name: string): string {
  const { headers } = head;
  if (headers === undefined) return '';
  for (const key of Object.keys(headers)) if (key === name || key.toLowerCase() === name) return headers[key] ?? '';
  return '';
}

function verbOf(method: string, path: ResourcePath, query: URLSearchParams): string {
  const isOne = path.name !== '';
  if (method === 'GET' || method === 'HEAD') {
    if (path.subresource === '' && (path.isWatch || isWatchQuery(query))) return 'watch';
    return isOne ? 'get' : 'list';
  }
  if (method === 'DELETE') return isOne ? 'delete' : 'deletecollection';
  const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };
  return verbs[method] ?? method.toLowerCase();
}
