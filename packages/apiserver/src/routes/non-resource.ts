// Paths beside the resources: health, version, discovery, OpenAPI.

import { AGGREGATED_TYPE, aggregatedDiscovery, wantsAggregated } from '../discovery/aggregated-discovery.js';
import { apiGroup, apiGroupList, apiResourceList, apiVersions, groupsOf } from '../discovery/legacy-discovery.js';
import { unknownResource } from '../errors.js';
import type { Catalogue } from '../kind/catalogue.js';
import { openApiIndex, openApiOf, openApiV2 } from '../openapi/openapi.js';
import { OPENAPI_V2_PROTOBUF, protobufDocument, wantsProtobufDocument } from '../openapi/protobuf-document.js';
import type { JsonObject } from '../store/json-value.js';
import type { Reply, TextReply } from './reply.js';
import { bytes, json, pageNotFound, plain } from './reply.js';
import type { IncomingRequest, ServerParts } from './request-context.js';
import { withoutTrailingSlash } from './request-path.js';

const HEALTH = new Set(['healthz', 'livez', 'readyz']);

/** Whether the path is open to everybody, also when tokens are asked for. */
export function isPublicPath(steps: readonly string[]): boolean {
  const [first = ''] = steps;
  return HEALTH.has(first) || first === 'version';
}

export function answerNonResource(parts: ServerParts, request: IncomingRequest): Reply {
  const [first = '', ...rest] = withoutTrailingSlash(request.steps);
  if (HEALTH.has(first)) return answerHealth(first, rest, request.query);
  if (request.method !== 'GET' && request.method !== 'HEAD') return pageNotFound();
  const { catalogue } = parts.write;
  switch (first) {
    case '':
      return rest.length === 0 ? json(200, { paths: paths(catalogue) }) : pageNotFound();
    case 'version':
      if (rest.length > 0) throw unknownResource();
      return json(200, versionDocument(parts.version));
    case 'api':
      return discovery(request, aggregatedDiscovery(catalogue, 'core'), apiVersions(request.headers['host'] ?? ''));
    case 'apis':
      return answerGroups(catalogue, request, rest);
    case 'openapi':
      return answerOpenApi(parts, request, rest);
    default:
      return pageNotFound();
  }
}

const CHECKS = ['ping', 'log', 'etcd'];
const OF_READINESS = ['etcd-readiness', 'informer-sync', 'shutdown'];

/** All checks pass always: a server that answers is well. */
function answerHealth(which: string, [check, ...more]: readonly string[], query: URLSearchParams): Reply {
  const checks = which === 'readyz' ? [...CHECKS, ...OF_READINESS] : CHECKS;
  if (check !== undefined) return checks.includes(check) && more.length === 0 ? plain(200, 'ok') : pageNotFound();
  if (!query.has('verbose')) return plain(200, 'ok');
  const excluded = new Set(query.getAll('exclude'));
  const lines = checks.map((name) => (excluded.has(name) ? `[+]${name} excluded: ok` : `[+]${name} ok`));
  return plain(200, `${[...lines, `${which} check passed`].join('\n')}\n`);
}

/** `/api/v1` and `/apis/GROUP/VERSION`. */
export function answerVersion(catalogue: Catalogue, group: string, version: string): Reply {
  const document = apiResourceList(catalogue, group, version);
  if (document !== undefined) return json(200, document);
  if (group === '') throw unknownResource();
  return pageNotFound();
}

function answerGroups(catalogue: Catalogue, request: IncomingRequest, [group]: readonly string[]): Reply {
  if (group === undefined) return discovery(request, aggregatedDiscovery(catalogue, 'groups'), apiGroupList(catalogue));
  const document = apiGroup(catalogue, group);
  return document === undefined ? pageNotFound() : json(200, document);
}

function discovery(request: IncomingRequest, aggregated: JsonObject, legacy: JsonObject): TextReply {
  if (!wantsAggregated(request.headers['accept'])) return json(200, legacy);
  return { kind: 'text', status: 200, contentType: AGGREGATED_TYPE, body: JSON.stringify(aggregated) };
}

function answerOpenApi(parts: ServerParts, { headers }: IncomingRequest, [which, ...rest]: readonly string[]): Reply {
  const { catalogue } = parts.write;
  if (which === 'v2' && rest.length === 0) {
    const document = openApiV2(catalogue, parts.version);
    return wantsProtobufDocument(headers['accept']) ? bytes(OPENAPI_V2_PROTOBUF, protobufDocument(document)) : json(200, document);
  }
  if (which !== 'v3') return pageNotFound();
  const document = rest.length === 0 ? openApiIndex(catalogue, parts.version) : openApiOf(catalogue, rest.join('/'), parts.version);
  return document === undefined ? { kind: 'text', status: 404, contentType: '', body: '' } : json(200, document);
}

function paths(catalogue: Catalogue): string[] {
  const groups = [...groupsOf(catalogue)].flatMap(([group, versions]) => [
    `/apis/${group}`,
    ...versions.map((version) => `/apis/${group}/${version}`),
  ]);
  return [
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...groups.sort(),
    '/healthz',
    '/livez',
    '/openapi/v2',
    '/openapi/v3',
    '/readyz',
    '/version',
  ];
}

function versionDocument(gitVersion: string): JsonObject {
  const [, major = '1', minor = '0'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Math.max(0, Number(minor) - 1)),
    gitVersion,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'memory',
  };
}
