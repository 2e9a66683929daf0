// From a request to its answer: who asks, which route, what it changed.

import { authenticate, authorize } from './access/access-control.js';
import { ANONYMOUS } from './access/user.js';
import type { ApiRequest } from './api-server.js';
import type { AuditLog } from './audit/audit-log.js';
import { auditEntry } from './audit/audit-log.js';
import {
  FutureVersionError,
  badRequest,
  entityTooLarge,
  internal,
  isApiStatusError,
  unknownResource,
  unsupportedMediaType,
} from './errors.js';
import { jsonTextOf } from './exact-numbers.js';
import type { Commit } from './store/commit.js';
import { checkPatchType } from './routes/patch.js';
import { PROTOBUF_TYPE, ProtobufError, decodeProtobuf } from './protobuf/decode.js';
import { callOf, headerOf } from './routes/api-call.js';
import { checkBuiltinAccept, mediaType, negotiate, negotiateStream, wantsYaml } from './routes/negotiation.js';
import { answerNonResource, answerVersion } from './routes/non-resource.js';
import type { Reply, TextReply } from './routes/reply.js';
import { json, pageNotFound, yamlReply } from './routes/reply.js';
import type { IncomingRequest, ServerParts } from './routes/request-context.js';
import type { ResourcePath } from './routes/request-path.js';
import { apiPathOf, decodeSteps, resourcePathOf } from './routes/request-path.js';
import { matchRoute } from './routes/resource-route.js';

/** Bytes; the limit of kube-apiserver. */
export const LARGEST_BODY = 3 * 1024 * 1024;

export interface DispatchOptions {
  readonly audit: AuditLog;
}

/** A request as it arrives at a front end. */
export interface Arrival {
  readonly request: ApiRequest;
  readonly id: number;
  /** The kinds of the faults that befall it, for the audit. */
  readonly faults: readonly string[];
}

/** What is learnt about a request on its way, for the audit. */
interface Trail {
  verb: string;
  user: string | undefined;
  body: string;
  readonly warnings: string[];
  group?: string;
  version?: string;
  path?: ResourcePath;
}

/** Answers at once, except a read from the future: it waits for its version, then goes its way again from the start. */
export function dispatch(parts: ServerParts, options: DispatchOptions, arrival: Arrival): Reply | Promise<Reply> {
  const first = attempt(parts, options, arrival.request);
  if (first.waitsFor === undefined || parts.freshnessTimeoutMs <= 0)
    return !options.audit.isHeard ? first.reply : audited(parts, options, { ...arrival, ...first });
  return whenVisible(parts, first.waitsFor, arrival.request.signal).then(() =>
    audited(parts, options, { ...arrival, ...attempt(parts, options, arrival.request) }),
  );
}

interface Attempt {
  readonly trail: Trail;
  readonly reply: Reply;
  /** The text of a refusal, in JSON whatever the client reads. */
  readonly refused: string;
  readonly commits: readonly Commit[];
  /** The version that the request needs and that is not visible yet. */
  readonly waitsFor: number | undefined;
}

function attempt(parts: ServerParts, options: DispatchOptions, request: ApiRequest): Attempt {
  const trail: Trail = { verb: request.method.toLowerCase(), user: undefined, body: '', warnings: [] };
  const commits: Commit[] = [];
  const stopListening = options.audit.isHeard ? parts.write.store.onCommit((commit) => commits.push(commit)) : undefined;
  try {
    return { trail, commits, reply: finished(answer(parts, request, trail), request, trail), refused: '', waitsFor: undefined };
  } catch (error) {
    const refused = refusal(error);
    const reply = finished(refused, request, trail);
    return { trail, commits, reply, refused: refused.body, waitsFor: error instanceof FutureVersionError ? error.asked : undefined };
  } finally {
    stopListening?.();
  }
}

/** Resolves when the version is visible here, the time is up, or the client is gone. */
function whenVisible({ watch: { view }, clock, freshnessTimeoutMs }: ServerParts, version: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stopTimer();
      stopListening();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const stopTimer = clock.setTimer(freshnessTimeoutMs, done);
    const stopListening = view.onCommit(() => {
      if (view.version >= version) done();
    });
    signal?.addEventListener('abort', done, { once: true });
  });
}

function audited(parts: ServerParts, { audit }: DispatchOptions, of: Arrival & Attempt): Reply {
  const { request, trail, reply } = of;
  if (!audit.isHeard) return reply;
  const { user, verb, group, version, path, body } = trail;
  const call = callOf(request, { user, verb, group, version, path, server: parts.name });
  audit.tell(
    auditEntry(call, {
      at: parts.clock.now(),
      requestId: of.id,
      faults: of.faults,
      code: reply.status,
      answer: of.refused,
      sent: { body, contentType: headerOf(request, 'content-type') },
      commits: of.commits,
    }),
  );
  return reply;
}

function refusal(error: unknown): TextReply {
  if (isApiStatusError(error)) return json(error.status.code, error.status);
  const message = error instanceof Error ? error.message : String(error);
  const { status } = internal(message);
  return json(status.code, status);
}

/** With the warnings of its way, and in YAML where that was asked for. */
function finished(reply: Reply, request: ApiRequest, { warnings }: Trail): Reply {
  if (reply.kind === 'stream') return reply;
  const own = reply.warnings ?? [];
  const warned = warnings.length + own.length === 0 ? reply : { ...reply, warnings: [...new Set([...warnings, ...own])] };
  return wantsYaml(headerOf(request, 'accept')) ? yamlReply(warned) : warned;
}

function answer(parts: ServerParts, request: ApiRequest, trail: Trail): Reply {
  const headers = inLowerCase(request.headers ?? {});
  const [path, search] = splitOnce(request.path, '?');
  const steps = decodeSteps(path);
  if (steps === undefined) throw badRequest('the path is not valid percent encoding');
  const asking = { method: request.method, steps, query: new URLSearchParams(search), headers };
  const asker = authenticate(parts.access, asking);
  trail.user = asker === ANONYMOUS ? undefined : asker.name;
  const user = authorize(parts.access, asker, asking);
  const body = bodyOf(request.body, headers);
  trail.body = body;
  return route(parts, { ...asking, body, signal: request.signal, user, warnings: trail.warnings }, trail);
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name of Object.keys(headers)) lower[name.toLowerCase()] = headers[name] ?? '';
  return lower;
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

const decoder = new TextDecoder();

/** A body as text, without any check. */
export function textOf(body: ApiRequest['body']): string {
  return typeof body === 'string' ? body : decoder.decode(body);
}

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
    return jsonTextOf(decodeProtobuf(body));
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
  // Also what is refused from here on carries the warning, but not what is no place at all.
  if (resource.deprecation !== undefined) trail.warnings.push(resource.deprecation);
  const match = matchRoute(resource, path, { method, query: request.query });
  if ('kind' in match) {
    trail.warnings.length = 0;
    return match;
  }
  trail.verb = match.verb;
  if (match.verb === 'patch')
    checkPatchType(resource, request.headers['content-type'], { takesApply: parts.write.ownership !== undefined });
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
