import type { ConformanceCase, RequestStep } from './case.js';
import { CONFIG_MAPS, MERGE, PLAINS, SAMPLES, configMap, create, failure, sample } from './case.js';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const get = (path: string, expect: RequestStep['expect'], rest: Partial<RequestStep> = {}): RequestStep => ({
  method: 'GET',
  path,
  expect,
  ...rest,
});

/** Other forms of answers, discovery, definitions and scopes. */
export const FORM_CASES: readonly ConformanceCase[] = [
  {
    name: 'answers with metadata only',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }, { labels: { k: 'v' } })),
      get(
        `${SAMPLES}/a`,
        {
          status: 200,
          contains: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a', labels: { k: 'v' } } },
          absent: ['spec'],
        },
        { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' },
      ),
      get(
        SAMPLES,
        {
          status: 200,
          contains: {
            kind: 'PartialObjectMetadataList',
            apiVersion: 'meta.k8s.io/v1',
            items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }],
          },
        },
        { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
      ),
    ],
  },
  {
    name: 'answers with tables of the printer columns',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } })),
      {
        method: 'PATCH',
        path: `${SAMPLES}/a/status`,
        body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } },
        contentType: MERGE,
        expect: { status: 200 },
      },
      get(
        `${SAMPLES}?includeObject=None`,
        {
          status: 200,
          contains: {
            kind: 'Table',
            apiVersion: 'meta.k8s.io/v1',
            columnDefinitions: [
              { name: 'Name', type: 'string', format: 'name', priority: 0 },
              {
                name: 'Size',
                type: 'integer',
                format: '',
                description: 'Custom resource definition column (in JSONPath format): .spec.size',
              },
              { name: 'Ready', type: 'string' },
              { name: 'Age', type: 'date' },
            ],
            rows: [{ cells: ['a', 1, 'True', '<age>'], object: null }],
          },
        },
        { accept: TABLE },
      ),
      create(CONFIG_MAPS, configMap('a', { k: 'v', l: 'w' })),
      get(
        CONFIG_MAPS,
        {
          status: 200,
          contains: {
            columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }],
            rows: [{ cells: ['a', 2, '<age>'], object: { kind: 'PartialObjectMetadata' } }],
          },
        },
        { accept: TABLE },
      ),
    ],
  },
  {
    name: 'refuses forms that it cannot write',
    steps: [
      get(
        SAMPLES,
        failure(406, 'NotAcceptable', {
          message: 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
        }),
        { accept: 'text/html' },
      ),
    ],
  },
  {
    name: 'names its custom resources in discovery',
    steps: [
      get('/apis/{group}', {
        status: 200,
        contains: {
          kind: 'APIGroup',
          apiVersion: 'v1',
          name: '{group}',
          versions: [{ version: 'v2' }, { version: 'v1' }],
          preferredVersion: { groupVersion: '{group}/v2', version: 'v2' },
        },
      }),
      get('/apis/{group}/v2', {
        status: 200,
        contains: {
          kind: 'APIResourceList',
          apiVersion: 'v1',
          groupVersion: '{group}/v2',
          resources: [
            {
              name: 'plains',
              singularName: 'plain',
              namespaced: false,
              kind: 'Plain',
              verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
            },
          ],
        },
      }),
      get('/apis/{group}/v9', { status: 404, text: '404 page not found\n' }),
    ],
  },
  {
    name: 'answers discovery of built-in groups',
    steps: [
      get('/apis/coordination.k8s.io/v1', {
        status: 200,
        contains: {
          kind: 'APIResourceList',
          groupVersion: 'coordination.k8s.io/v1',
          resources: [
            {
              name: 'leases',
              singularName: 'lease',
              namespaced: true,
              kind: 'Lease',
              verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
            },
          ],
        },
      }),
      get('/apis/apiextensions.k8s.io/v1', {
        status: 200,
        contains: {
          resources: [
            { name: 'customresourcedefinitions', shortNames: ['crd', 'crds'], categories: ['api-extensions'] },
            { name: 'customresourcedefinitions/status', verbs: ['get', 'patch', 'update'] },
          ],
        },
      }),
      get('/api', { status: 200, contains: { kind: 'APIVersions', versions: ['v1'] } }),
      get('/version', { status: 200, contains: { major: '1', minor: '36', gitVersion: 'v1.36.3' } }),
      get('/healthz', { status: 200, text: 'ok' }),
      get('/livez', { status: 200, text: 'ok' }),
      get('/readyz', { status: 200, text: 'ok' }),
    ],
  },
  {
    name: 'deletes a terminating definition only after its last instance',
    steps: [
      create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'others.{ns}.{group}' },
        spec: {
          group: '{ns}.{group}',
          scope: 'Cluster',
          names: { plural: 'others', kind: 'Other' },
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
        },
      }),
      get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/others.{ns}.{group}', {
        status: 200,
        contains: {
          spec: { names: { singular: 'other', listKind: 'OtherList' }, conversion: { strategy: 'None' } },
          status: {
            acceptedNames: { plural: 'others', kind: 'Other' },
            storedVersions: ['v1'],
            conditions: [
              { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found', lastTransitionTime: '<time>' },
              {
                type: 'Established',
                status: 'True',
                reason: 'InitialNamesAccepted',
                message: 'the initial names have been accepted',
                lastTransitionTime: '<time>',
              },
            ],
          },
        },
      }),
      create('/apis/{ns}.{group}/v1/others', {
        apiVersion: '{ns}.{group}/v1',
        kind: 'Other',
        metadata: { name: 'a', finalizers: ['x.y/z'] },
      }),
      {
        method: 'DELETE',
        path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/others.{ns}.{group}',
        expect: {
          status: 200,
          contains: { metadata: { deletionTimestamp: '<time>', finalizers: ['customresourcecleanup.apiextensions.k8s.io'] } },
        },
      },
      {
        method: 'POST',
        path: '/apis/{ns}.{group}/v1/others',
        body: { apiVersion: '{ns}.{group}/v1', kind: 'Other', metadata: { name: 'b' } },
        expect: failure(403, 'Forbidden', {
          message: 'others.{ns}.{group} "b" is forbidden: create not allowed while custom resource definition is terminating',
          details: { name: 'b', group: '{ns}.{group}', kind: 'others' },
        }),
      },
      get('/apis/{ns}.{group}/v1/others/a', { status: 200, contains: { metadata: { deletionTimestamp: '<time>' } } }),
      {
        method: 'PATCH',
        path: '/apis/{ns}.{group}/v1/others/a',
        body: { metadata: { finalizers: null } },
        contentType: MERGE,
        expect: { status: 200 },
      },
      get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/others.{ns}.{group}', { status: 404 }),
      get('/apis/{ns}.{group}/v1/others', { status: 404, text: '404 page not found\n' }),
    ],
    notOnRealServer: 'its controllers do this in seconds, not at once',
  },
  {
    name: 'refuses definitions that are not valid',
    steps: [
      {
        method: 'POST',
        path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        body: {
          apiVersion: 'apiextensions.k8s.io/v1',
          kind: 'CustomResourceDefinition',
          metadata: { name: 'wrong.{group}' },
          spec: {
            group: '{group}',
            scope: 'Cluster',
            names: { plural: 'others', kind: 'Other' },
            versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
          },
        },
        expect: failure(422, 'Invalid', {
          message:
            'CustomResourceDefinition.apiextensions.k8s.io "wrong.{group}" is invalid: metadata.name: Invalid value: "wrong.{group}": must be spec.names.plural+"."+spec.group',
          details: {
            name: 'wrong.{group}',
            group: 'apiextensions.k8s.io',
            kind: 'CustomResourceDefinition',
            causes: [
              {
                reason: 'FieldValueInvalid',
                message: 'Invalid value: "wrong.{group}": must be spec.names.plural+"."+spec.group',
                field: 'metadata.name',
              },
            ],
          },
        }),
      },
      {
        method: 'POST',
        path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        body: { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'x.y' } },
        expect: { status: 422, contains: { reason: 'Invalid', details: { name: 'x.y' } } },
      },
    ],
  },
  {
    name: 'refuses a place in the wrong scope',
    steps: [
      get('/apis/{group}/v1/namespaces/{ns}/plains', { status: 404, text: '404 page not found\n' }),
      { method: 'POST', path: '/apis/{group}/v1/samples', body: sample('a'), expect: { status: 404, text: '404 page not found\n' } },
      { method: 'POST', path: '/api/v1/configmaps', body: configMap('a', {}), expect: { status: 405 } },
      get(`${PLAINS}/none`, { status: 404, contains: { details: { name: 'none', kind: 'plains' } } }),
    ],
  },
];
