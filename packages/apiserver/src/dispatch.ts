// From a request to its answer: who asks, which route, what it changed.

import { authenticate, authorize } from './access/access-control.js';
import { ANONYMOUS } from './access/user.js';
import type { ApiRequest, AuditCommit, AuditEntry } from './api-server.js';
import { badRequest, entityTooLarge, internal, isApiStatusError, unknownResource, unsupportedMediaType } from './errors.js';
import type { Commit } from './store/commit.js';
import { checkPatchType } from './routes/patch.js';
import { PROTOBUF_TYPE, ProtobufError, decodeProtobuf } from './protobuf/decode.js';
import { checkBuiltinAccept, mediaType, negotiate, negotiateStream, wantsYaml } from './routes/negotiation.js';
import { answerNonResource, answerVersion } from './routes/non-resource.js';
import type { Reply } from './routes/reply.js';
import { json, pageNotFound, yamlReply } from './routes/reply.js';
import type { IncomingRequest, ServerParts } from './routes/request-context.js';
import type { ResourcePath } from './routes/request-path.js';
import { apiPathOf, decodeSteps, resourcePathOf } from './routes/request-path.js';
import { matchRoute } from './routes/resource-route.js';

/** Bytes; the limit of kube-apiserver. */
export const LARGEST_BODY = 3 * 1024 * 1024;

export interface DispatchOptions {
  readonly audit: ((entry: AuditEntry) => void) | undefined;
}

/** What is learnt about a request on its way, for the audit. */
interface Trail {
  verb: string;
  user: string | undefined;
  readonly warnings: string[];
  group?: string;
  version?: string;
  path?: ResourcePath;
}

export function dispatch(parts: ServerParts, options: DispatchOptions, request: ApiRequest): Reply {
  const trail: Trail = { verb: request.method.toLowerCase(), user: undefined, warnings: [] };
  const commits: Commit[] = [];
  const stopListening = options.audit === undefined ? undefined : parts.write.store.onCommit((commit) => commits.push(commit));
  let reply: Reply;
  try {
    reply = finished(answer(parts, request, trail), request, trail);
  } catch (error) {
    reply = finished(refusal(error), request, trail);
  } finally {
    stopListening?.();
  }
  options.audit?.(auditEntry(parts, { request, trail, reply, commits }));
  return reply;
}

function refusal(error: unknown): Reply {
  if (isApiStatusError(error)) return json(error.status.code, error.status);
  const message = error instanceof Error ? error.message : String(error);
  const { status } = internal(message);
  return json(status.code, status);
}

/** With the warnings of its way, and in YAML where that was asked for. */
function finished(reply: Reply, request: ApiRequest, { warnings }: Trail): Reply {
  if (reply.kind === 'stream') return reply;
  const all = [...new Set([...warnings, ...(reply.warnings ?? [])])];
  const warned = all.length === 0 ? reply : { ...reply, warnings: all };
  return wantsYaml(headerOf(request, 'accept')) ? yamlReply(warned) : warned;
}

function headerOf(request: ApiRequest, name: string): string | undefined {
  return Object.entries(request.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

function answer(parts: ServerParts, request: ApiRequest, trail: Trail): Reply {
  const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const [path, search] = splitOnce(request.path, '?');
  const steps = decodeSteps(path);
  if (steps === undefined) throw badRequest('the path is not valid percent encoding');
  const asking = { method: request.method, steps, query: new URLSearchParams(search), headers };
  const asker = authenticate(parts.access, asking);
  trail.user = asker === ANONYMOUS ? undefined : asker.name;
  const user = authorize(parts.access, asker, asking);
  const body = bodyOf(request.body, headers);
  return route(parts, { ...asking, body, signal: request.signal, user, warnings: trail.warnings }, trail);
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

const decoder = new TextDecoder();

/** The body as text; what Go clients send in Protocol Buffers becomes the JSON that they mean, and the header says so. */
function bodyOf(body: string | Uint8Array | undefined, headers: Record<string, string>): string {
  if (body === undefined) return '';
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > LARGEST_BODY) throw entityTooLarge(`Request entity too large: limit is ${LARGEST_BODY}`);
  if (typeof body === 'string') return body;
  if (size === 0 || mediaType(headers['content-type']) !== PROTOBUF_TYPE) return decoder.decode(body);
  const text = textOfProtobuf(body);
  headers['content-type'] = 'application/json';
  return text;
}

function textOfProtobuf(body: Uint8Array): string {
  try {
    return JSON.stringify(decodeProtobuf(body));
  } catch (error) {
    if (error instanceof ProtobufError) throw unsupportedMediaType(['application/json']);
    throw error;
  }
}

function route(parts: ServerParts, request: IncomingRequest, trail: Trail): Reply {
  const api = apiPathOf(request.steps);
  if (api === undefined) return answerNonResource(parts, request);
  const { catalogue } = parts.write;
  const unknown = (): Reply => {
    if (catalogue.isBuiltinGroup(api.group)) throw unknownResource();
    return pageNotFound();
  };
  if (api.rest.length === 0) return request.method === 'GET' ? answerVersion(catalogue, api.group, api.version) : unknown();
  const path = resourcePathOf(api.rest);
  if (path === undefined) return unknown();
  Object.assign(trail, { group: api.group, version: api.version, path });
  const resource = catalogue.get(api.group, api.version, path.plural);
  if (resource === undefined) return unknown();
  // Custom resources answer HEAD like GET, built-in ones refuse it.
  const method = request.method === 'HEAD' && resource.isCustom ? 'GET' : request.method;
  const match = matchRoute(resource, path, { method, query: request.query });
  if ('kind' in match) return match;
  trail.verb = match.verb;
  if (match.verb === 'patch') checkPatchType(resource, request.headers['content-type']);
  const accept = request.headers['accept'];
  if (!resource.isCustom) checkBuiltinAccept(accept, { isCollection: path.name === '' && method === 'GET' });
  const negotiated = match.verb === 'watch' ? negotiateStream(accept) : negotiate(accept);
  return match.answer({
    ...request,
    parts,
    resource,
    namespace: path.namespace,
    name: path.name,
    subresource: path.subresource,
    negotiated,
  });
}

interface Answered {
  readonly request: ApiRequest;
  readonly trail: Trail;
  readonly reply: Reply;
  readonly commits: readonly Commit[];
}

function auditEntry(parts: ServerParts, { request, trail, reply, commits }: Answered): AuditEntry {
  const userAgent = headerOf(request, 'user-agent') ?? '';
  const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text);
  return {
    at: parts.clock.now(),
    verb: trail.verb,
    method: request.method,
    path: request.path,
    userAgent,
    user: trail.user,
    group: trail.group,
    version: trail.version,
    resource: trail.path?.plural,
    namespace: filled(trail.path?.namespace),
    name: filled(trail.path?.name),
    subresource: filled(trail.path?.subresource),
    code: reply.status,
    commits: commits.map(auditCommit),
  };
}

function auditCommit({ type, collection, version, object, previous }: Commit): AuditCommit {
  return {
    type,
    collection,
    namespace: object.namespace,
    name: object.name,
    uid: object.uid,
    resourceVersion: String(version),
    before: previous?.body,
    after: type === 'DELETED' ? undefined : object.body,
  };
}
