// As much OpenAPI as clients ask for: that `fieldValidation` is understood (then kubectl leaves validation to the server), and the
// schemas of all kinds (for `kubectl explain` and client-side validation).

import { createHash } from 'node:crypto';
import { groupsOf } from '../discovery/legacy-discovery.js';
import type { Catalogue } from '../kind/catalogue.js';
import type { Resource } from '../kind/resource.js';
import type { JsonObject } from '../store/json-value.js';
import { objectAt } from '../store/json-value.js';
import { goSchemas, openApiName } from './go-schema.js';

function versionPaths(catalogue: Catalogue): readonly string[] {
  return ['api/v1', ...[...groupsOf(catalogue)].flatMap(([group, versions]) => versions.map((version) => `apis/${group}/${version}`))];
}

/** The document of `/openapi/v3`: each address changes with its content, so that clients may cache what they got. */
export function openApiIndex(catalogue: Catalogue, version: string): JsonObject {
  const entries = versionPaths(catalogue).map((path) => {
    const hash = createHash('sha512')
      .update(JSON.stringify(openApiOf(catalogue, path, version) ?? null))
      .digest('hex')
      .toUpperCase();
    return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
  });
  return { paths: Object.fromEntries(entries) };
}

/** The document of one group and version; undefined when it is not served. */
export function openApiOf(catalogue: Catalogue, path: string, version: string): JsonObject | undefined {
  if (!versionPaths(catalogue).includes(path)) return undefined;
  const resources = catalogue.all().filter((resource) => rootOf(resource) === path);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(resources.flatMap(pathsOf)),
    components: { schemas: schemasOf(resources, '#/components/schemas/') },
  };
}

/** The schemas of the resources, with those of everything inside them. */
function schemasOf(resources: readonly Resource[], root: string): JsonObject {
  const types = resources.flatMap(({ rules }) => (rules.goType === undefined ? [] : [rules.goType]));
  const schemas: Record<string, JsonObject> = Object.fromEntries(
    goSchemas([...types, 'meta.v1.ObjectMeta', 'meta.v1.DeleteOptions'], root),
  );
  for (const resource of resources) {
    const name = schemaName(resource);
    schemas[name] = resource.isCustom ? customSchema(resource, root) : withType(resource, schemas[name] ?? {});
  }
  return schemas;
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

function schemaName({ rules, group, version, kind }: Resource): string {
  return rules.goType === undefined ? `${group.split('.').reverse().join('.')}.${version}.${kind}` : openApiName(rules.goType);
}

/** What every object says of itself. */
const API_VERSION = { type: 'string', description: 'The group and version of the schema of this object.' };
const KIND = { type: 'string', description: 'What this object is; it cannot be changed.' };
const METADATA = 'Name, labels, owners and versions, the same for all kinds.';

/** Objects say what they are; the types inside them do not. */
function withType(resource: Resource, schema: JsonObject): JsonObject {
  const properties = { apiVersion: API_VERSION, kind: KIND, ...objectAt(schema, 'properties') };
  return { ...schema, properties, 'x-kubernetes-group-version-kind': [groupVersionKind(resource)] };
}

function customSchema(resource: Resource, root: string): JsonObject {
  const metadata = { description: METADATA, $ref: `${root}${openApiName('meta.v1.ObjectMeta')}` };
  const schema = { type: 'object', ...resource.openApiSchema };
  return withType(resource, { ...schema, properties: { ...objectAt(schema, 'properties'), metadata } });
}

/** The document of `/openapi/v2`, for clients that look only at its existence. */
export function openApiV2(catalogue: Catalogue, version: string): JsonObject {
  const resources = catalogue.all();
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(resources.flatMap(pathsOfV2)),
    definitions: schemasOf(resources, '#/definitions/'),
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
