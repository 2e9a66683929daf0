// As much OpenAPI as clients ask for: that `fieldValidation` is understood (then kubectl leaves validation to the server), and the
// schemas of custom resources (for `kubectl explain`).

import { groupsOf } from '../discovery/legacy-discovery.js';
import type { Catalogue } from '../kind/catalogue.js';
import type { Resource } from '../kind/resource.js';
import type { JsonObject } from '../store/json-value.js';
import { objectAt } from '../store/json-value.js';

function versionPaths(catalogue: Catalogue): readonly string[] {
  return ['api/v1', ...[...groupsOf(catalogue)].flatMap(([group, versions]) => versions.map((version) => `apis/${group}/${version}`))];
}

/** The document of `/openapi/v3`. */
export function openApiIndex(catalogue: Catalogue): JsonObject {
  return { paths: Object.fromEntries(versionPaths(catalogue).map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }])) };
}

/** The document of one group and version; undefined when it is not served. */
export function openApiOf(catalogue: Catalogue, path: string, version: string): JsonObject | undefined {
  if (!versionPaths(catalogue).includes(path)) return undefined;
  const resources = catalogue.all().filter((resource) => rootOf(resource) === path);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(resources.flatMap(pathsOf)),
    components: { schemas: Object.fromEntries(resources.map((resource) => [schemaName(resource), schemaOf(resource)])) },
  };
}

function rootOf(resource: Resource): string {
  return resource.group === '' ? `api/${resource.version}` : `apis/${resource.group}/${resource.version}`;
}

function groupVersionKind(resource: Resource): JsonObject {
  return { group: resource.group, version: resource.version, kind: resource.kind };
}

const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
}));

function pathsOf(resource: Resource): readonly [string, JsonObject][] {
  const scope = resource.isNamespaced ? '/namespaces/{namespace}' : '';
  const collection = `/${rootOf(resource)}${scope}/${resource.plural}`;
  const operation = (action: string): JsonObject => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': groupVersionKind(resource),
    parameters: WRITE_PARAMETERS,
    responses: {
      '200': { description: 'OK', content: { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } } } },
    },
  });
  return [
    [collection, { post: operation('post') }],
    [`${collection}/{name}`, { get: operation('get'), put: operation('put'), patch: operation('patch') }],
  ];
}

function schemaName(resource: Resource): string {
  const group = resource.group === '' ? 'io.k8s.api.core' : resource.group.split('.').reverse().join('.');
  return `${group}.${resource.version}.${resource.kind}`;
}

function schemaOf(resource: Resource): JsonObject {
  const string = { type: 'string' };
  const properties = { apiVersion: string, kind: string, metadata: { type: 'object' }, ...objectAt(resource.openApiSchema, 'properties') };
  return { type: 'object', ...resource.openApiSchema, properties, 'x-kubernetes-group-version-kind': [groupVersionKind(resource)] };
}

/** The document of `/openapi/v2`, for clients that look only at its existence. */
export function openApiV2(catalogue: Catalogue, version: string): JsonObject {
  const resources = catalogue.all();
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(resources.flatMap(pathsOfV2)),
    definitions: Object.fromEntries(resources.map((resource) => [schemaName(resource), schemaOf(resource)])),
  };
}

function pathsOfV2(resource: Resource): readonly [string, JsonObject][] {
  const parameters = WRITE_PARAMETERS.map(({ name }) => ({ name, in: 'query', type: 'string', uniqueItems: true }));
  return pathsOf(resource).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.keys(methods).map((method) => [
        method,
        { parameters, 'x-kubernetes-group-version-kind': groupVersionKind(resource), responses: { '200': { description: 'OK' } } },
      ]),
    ),
  ]);
}
