import type { ConformanceCase, Json, RequestStep } from './case.js';
import { CONFIG_MAPS, MERGE, PLAINS, SAMPLES, configMap, create, failure, sample } from './case.js';

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const get = (path: string, expect: RequestStep['expect'], rest: Partial<RequestStep> = {}): RequestStep => ({ method: 'GET', path, expect, ...rest });
const three = [create(SAMPLES, sample('a', {}, { labels: { k: 'v' } })), create(SAMPLES, sample('b', {}, { labels: { k: 'w', l: '5' } })), create(SAMPLES, sample('c'))];
const listOptions = (field: string, cause: { reason: string; message: string }): ReturnType<typeof failure> =>
  failure(422, 'Invalid', {
    message: `ListOptions.meta.k8s.io "" is invalid: ${field}: ${cause.message}`,
    details: { group: 'meta.k8s.io', kind: 'ListOptions', causes: [{ ...cause, field }] },
  });
const named = (...names: readonly string[]): Json => names.map((name) => ({ metadata: { name } }));
const bad = (message: string): ReturnType<typeof failure> => failure(400, 'BadRequest', { message });

/** Lists, selectors, pages, other forms of answers, discovery. */
export const READ_CASES: readonly ConformanceCase[] = [
  {
    name: 'lists custom resources with their types and built-in objects without',
    steps: [
      create(SAMPLES, sample('a')),
      get(SAMPLES, { status: 200, contains: { apiVersion: '{group}/v1', kind: 'SampleList', metadata: { continue: '', resourceVersion: '<version>' }, items: [{ apiVersion: '{group}/v1', kind: 'Sample' }] } }),
      create(CONFIG_MAPS, configMap('a', { k: 'v' })),
      get(CONFIG_MAPS, {
        status: 200,
        equals: {
          kind: 'ConfigMapList',
          apiVersion: 'v1',
          metadata: { resourceVersion: '<version>' },
          items: [{ metadata: { name: 'a', namespace: '{ns}', uid: '<uid>', resourceVersion: '<version>', creationTimestamp: '<time>' }, data: { k: 'v' } }],
        },
      }),
    ],
  },
  { name: 'lists nothing in an unknown namespace', steps: [get('/apis/{group}/v1/namespaces/no-such-namespace/samples', { status: 200, contains: { items: [] } })] },
  {
    name: 'selects by labels',
    steps: [
      ...three,
      ...(
        [
          ['k=v', ['a']],
          ['k==v', ['a']],
          ['k!=v', ['b', 'c']],
          ['k', ['a', 'b']],
          ['!k', ['c']],
          ['k in (v,w)', ['a', 'b']],
          ['k notin (v)', ['b', 'c']],
          ['k=w,l=5', ['b']],
          ['l>4', ['b']],
          ['l<5', []],
          ['k=', []],
        ] as const
      ).map(([selector, names]) => get(`${SAMPLES}?labelSelector=${encodeURIComponent(selector)}`, { status: 200, contains: { items: named(...names) } })),
    ],
  },
  {
    name: 'refuses label selectors that it cannot read',
    steps: (
      [
        ['a b c', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
        ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
        ['!!a', "unable to parse requirement: found '!', expected: identifier"],
        [',', "found ',', expected: !, identifier, or 'end of string'"],
      ] as const
    ).map(([selector, message]) => get(`${SAMPLES}?labelSelector=${encodeURIComponent(selector)}`, bad(message))),
  },
  {
    name: 'selects by name and namespace, and by nothing else in a custom resource',
    steps: [
      ...three,
      get(`${SAMPLES}?fieldSelector=metadata.name%3Db`, { status: 200, contains: { items: named('b') } }),
      get(`${SAMPLES}?fieldSelector=metadata.name!%3Db,metadata.namespace%3D{ns}`, { status: 200, contains: { items: named('a', 'c') } }),
      get(`/apis/{group}/v1/samples?fieldSelector=metadata.namespace%3D{ns}`, { status: 200, contains: { items: named('a', 'b', 'c') } }),
      get(`${SAMPLES}?fieldSelector=spec.x%3D1`, bad('field label not supported: spec.x')),
      get(`${CONFIG_MAPS}?fieldSelector=data.x%3D1`, bad('"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"')),
      get(`${SAMPLES}?fieldSelector=metadata.name`, bad("invalid selector: 'metadata.name'; can't understand 'metadata.name'")),
    ],
  },
  {
    name: 'selects events by the object they are about',
    steps: [
      create('/api/v1/namespaces/{ns}/events', { apiVersion: 'v1', kind: 'Event', metadata: { name: 'a' }, involvedObject: { kind: 'Sample', name: 'x', namespace: '{ns}' }, reason: 'R', message: 'm', type: 'Normal' }),
      get('/api/v1/namespaces/{ns}/events?fieldSelector=involvedObject.name%3Dx,reason%3DR,type!%3DWarning', { status: 200, contains: { items: named('a') } }),
      get('/api/v1/namespaces/{ns}/events?fieldSelector=involvedObject.name%3Dy', { status: 200, contains: { items: [] } }),
    ],
  },
  {
    name: 'serves events in both groups',
    steps: [
      create('/apis/events.k8s.io/v1/namespaces/{ns}/events', {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: 'a' },
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingController: 'x.y/z',
        reportingInstance: 'i',
        action: 'A',
        reason: 'R',
        regarding: { kind: 'Sample', name: 'x', namespace: '{ns}' },
        note: 'n',
        type: 'Normal',
      }),
      get('/api/v1/namespaces/{ns}/events/a', {
        status: 200,
        contains: { apiVersion: 'v1', involvedObject: { name: 'x' }, message: 'n', source: {}, firstTimestamp: null, reportingComponent: 'x.y/z', reason: 'R' },
      }),
      get('/apis/events.k8s.io/v1/namespaces/{ns}/events/a', { status: 200, contains: { apiVersion: 'events.k8s.io/v1', regarding: { name: 'x' }, note: 'n' } }),
    ],
  },
  {
    name: 'lists in pages that show one state',
    steps: [
      ...three,
      get(`${SAMPLES}?limit=1`, { status: 200, contains: { items: named('a'), metadata: { remainingItemCount: 2 } } }, { save: { next: 'metadata.continue' } }),
      { method: 'DELETE', path: `${SAMPLES}/b`, expect: { status: 200 } },
      create(SAMPLES, sample('bb')),
      get(`${SAMPLES}?limit=1&continue={next}`, { status: 200, contains: { items: named('b'), metadata: { remainingItemCount: 1 } } }, { save: { last: 'metadata.continue' } }),
      get(`${SAMPLES}?limit=1&continue={last}`, { status: 200, contains: { items: named('c'), metadata: { continue: '' } }, absent: ['metadata.remainingItemCount'] }),
      get(`${SAMPLES}?limit=1&labelSelector=k`, { status: 200, contains: { items: named('a') }, absent: ['metadata.remainingItemCount'] }),
    ],
  },
  {
    name: 'lists the state of an exact version',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }), { version: 'metadata.resourceVersion' }),
      { method: 'PATCH', path: `${SAMPLES}/a`, body: { spec: { size: 2 } }, contentType: MERGE, expect: { status: 200 } },
      create(SAMPLES, sample('b')),
      get(`${SAMPLES}?resourceVersion={version}&resourceVersionMatch=Exact`, { status: 200, contains: { items: [{ metadata: { name: 'a' }, spec: { size: 1 } }] } }),
      get(`${SAMPLES}?resourceVersion={version}&resourceVersionMatch=NotOlderThan`, { status: 200, contains: { items: named('a', 'b') } }),
      get(`${SAMPLES}?resourceVersion={version}&limit=1`, { status: 200, contains: { items: [{ spec: { size: 1 } }] } }),
      get(`${SAMPLES}?resourceVersion=0`, { status: 200, contains: { kind: 'SampleList' } }),
    ],
  },
  {
    name: '[B12] refuses versions from the future',
    steps: [
      get(`${SAMPLES}?resourceVersion=999999999`, {
        status: 504,
        contains: { reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 }, code: 504 },
      }),
    ],
  },
  {
    name: 'refuses list options that contradict each other',
    steps: [
      get(`${SAMPLES}?resourceVersionMatch=Exact`, listOptions('resourceVersionMatch', { reason: 'FieldValueForbidden', message: 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided' })),
      get(
        `${SAMPLES}?resourceVersion=0&resourceVersionMatch=Exact`,
        listOptions('resourceVersionMatch', { reason: 'FieldValueForbidden', message: 'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"' }),
      ),
      get(
        `${SAMPLES}?resourceVersion=1&resourceVersionMatch=Foo`,
        listOptions('resourceVersionMatch', { reason: 'FieldValueNotSupported', message: 'Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""' }),
      ),
      get(`${SAMPLES}?sendInitialEvents=true`, listOptions('sendInitialEvents', { reason: 'FieldValueForbidden', message: 'Forbidden: sendInitialEvents is forbidden for list' })),
      get(`${SAMPLES}?limit=abc`, bad('strconv.ParseInt: parsing "abc": invalid syntax')),
      get(`${SAMPLES}?resourceVersion=abc`, bad('invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax')),
      get(`${SAMPLES}?continue=abc`, bad("invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value")),
    ],
  },
  {
    name: 'refuses watch options that contradict each other',
    steps: [
      get(
        `${SAMPLES}?watch=1&sendInitialEvents=true`,
        listOptions('resourceVersionMatch', { reason: 'FieldValueForbidden', message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan' }),
      ),
      get(
        `${SAMPLES}?watch=1&resourceVersionMatch=NotOlderThan`,
        listOptions('resourceVersionMatch', { reason: 'FieldValueForbidden', message: 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided' }),
      ),
      get(`${SAMPLES}?watch=1&resourceVersion=abc`, { status: 500, contains: { message: 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax' } }),
      get(`${SAMPLES}?watch=1&timeoutSeconds=abc`, bad('strconv.ParseInt: parsing "abc": invalid syntax')),
    ],
  },
  {
    name: 'answers with metadata only',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }, { labels: { k: 'v' } })),
      get(`${SAMPLES}/a`, { status: 200, contains: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a', labels: { k: 'v' } } }, absent: ['spec'] }, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
      get(
        SAMPLES,
        { status: 200, contains: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }] } },
        { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' },
      ),
    ],
  },
  {
    name: 'answers with tables of the printer columns',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } })),
      { method: 'PATCH', path: `${SAMPLES}/a/status`, body: { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, contentType: MERGE, expect: { status: 200 } },
      get(
        `${SAMPLES}?includeObject=None`,
        {
          status: 200,
          contains: {
            kind: 'Table',
            apiVersion: 'meta.k8s.io/v1',
            columnDefinitions: [
              { name: 'Name', type: 'string', format: 'name', priority: 0 },
              { name: 'Size', type: 'integer', format: '', description: 'Custom resource definition column (in JSONPath format): .spec.size' },
              { name: 'Ready', type: 'string' },
              { name: 'Age', type: 'date' },
            ],
            rows: [{ cells: ['a', 1, 'True', '<age>'], object: null }],
          },
        },
        { accept: TABLE },
      ),
      create(CONFIG_MAPS, configMap('a', { k: 'v', l: 'w' })),
      get(CONFIG_MAPS, { status: 200, contains: { columnDefinitions: [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }], rows: [{ cells: ['a', 2, '<age>'], object: { kind: 'PartialObjectMetadata' } }] } }, { accept: TABLE }),
    ],
  },
  {
    name: 'refuses forms that it cannot write',
    steps: [
      get(
        SAMPLES,
        failure(406, 'NotAcceptable', { message: 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf' }),
        { accept: 'text/html' },
      ),
    ],
  },
  {
    name: 'names its custom resources in discovery',
    steps: [
      get('/apis/{group}', {
        status: 200,
        contains: { kind: 'APIGroup', apiVersion: 'v1', name: '{group}', versions: [{ version: 'v2' }, { version: 'v1' }], preferredVersion: { groupVersion: '{group}/v2', version: 'v2' } },
      }),
      get('/apis/{group}/v2', {
        status: 200,
        contains: {
          kind: 'APIResourceList',
          apiVersion: 'v1',
          groupVersion: '{group}/v2',
          resources: [{ name: 'plains', singularName: 'plain', namespaced: false, kind: 'Plain', verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] }],
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
        contains: { kind: 'APIResourceList', groupVersion: 'coordination.k8s.io/v1', resources: [{ name: 'leases', singularName: 'lease', namespaced: true, kind: 'Lease', verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] }] },
      }),
      get('/apis/apiextensions.k8s.io/v1', {
        status: 200,
        contains: { resources: [{ name: 'customresourcedefinitions', shortNames: ['crd', 'crds'], categories: ['api-extensions'] }, { name: 'customresourcedefinitions/status', verbs: ['get', 'patch', 'update'] }] },
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
              { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted', lastTransitionTime: '<time>' },
            ],
          },
        },
      }),
      create('/apis/{ns}.{group}/v1/others', { apiVersion: '{ns}.{group}/v1', kind: 'Other', metadata: { name: 'a', finalizers: ['x.y/z'] } }),
      {
        method: 'DELETE',
        path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/others.{ns}.{group}',
        expect: { status: 200, contains: { metadata: { deletionTimestamp: '<time>', finalizers: ['customresourcecleanup.apiextensions.k8s.io'] } } },
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
      { method: 'PATCH', path: '/apis/{ns}.{group}/v1/others/a', body: { metadata: { finalizers: null } }, contentType: MERGE, expect: { status: 200 } },
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
          spec: { group: '{group}', scope: 'Cluster', names: { plural: 'others', kind: 'Other' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] },
        },
        expect: failure(422, 'Invalid', {
          message: 'CustomResourceDefinition.apiextensions.k8s.io "wrong.{group}" is invalid: metadata.name: Invalid value: "wrong.{group}": must be spec.names.plural+"."+spec.group',
          details: {
            name: 'wrong.{group}',
            group: 'apiextensions.k8s.io',
            kind: 'CustomResourceDefinition',
            causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "wrong.{group}": must be spec.names.plural+"."+spec.group', field: 'metadata.name' }],
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
