import type { ConformanceCase, Json } from './case.js';
import { CONFIG_MAPS, MERGE, PAGE_NOT_FOUND, PLAINS, SAMPLES, configMap, create, failure, sample } from './case.js';

const SAMPLE_DETAILS = { group: '{group}', kind: 'samples' };
const invalidSample = (name: string, field: string, cause: { reason: string; message: string }): ReturnType<typeof failure> =>
  failure(422, 'Invalid', {
    message: `Sample.{group} "${name}" is invalid: ${field}: ${cause.message}`,
    details: { name, group: '{group}', kind: 'Sample', causes: [{ ...cause, field }] },
  });
const twice = (cause: Json): Json => [cause, cause];

/** Creating, reading, replacing and deleting. */
export const WRITE_CASES: readonly ConformanceCase[] = [
  {
    name: 'creates a custom resource with system fields, defaults and without unknown fields and status',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { size: 1, unknown: 2, free: { any: 1 } }, status: { x: 1 }, extra: 1 }, { uid: 'mine', generation: 9 }),
        expect: {
          status: 201,
          equals: {
            apiVersion: '{group}/v1',
            kind: 'Sample',
            metadata: { name: 'a', namespace: '{ns}', uid: '<uid>', resourceVersion: '<version>', creationTimestamp: '<time>', generation: 1 },
            spec: { size: 1, free: { any: 1 }, color: 'red' },
          },
        },
      },
    ],
  },
  {
    name: 'creates a config map without a generation',
    steps: [
      {
        method: 'POST',
        path: CONFIG_MAPS,
        body: configMap('a', { k: 'v' }),
        expect: { status: 201, contains: { kind: 'ConfigMap', apiVersion: 'v1', data: { k: 'v' } }, absent: ['metadata.generation'] },
      },
    ],
  },
  {
    name: 'keeps the status of a new object when its kind has no status endpoint',
    steps: [
      {
        method: 'POST',
        path: PLAINS,
        body: { apiVersion: '{group}/v1', kind: 'Plain', metadata: { name: '{ns}' }, status: { x: 1 }, other: 2 },
        expect: { status: 201, contains: { status: { x: 1 }, other: 2, metadata: { generation: 1 } }, absent: ['metadata.namespace'] },
      },
      { method: 'PATCH', path: `${PLAINS}/{ns}`, body: { status: { x: 2 } }, contentType: MERGE, expect: { status: 200, contains: { metadata: { generation: 2 } } } },
      { method: 'DELETE', path: `${PLAINS}/{ns}`, expect: { status: 200, contains: { status: 'Success' } } },
    ],
  },
  {
    name: 'serves one object in all versions of its kind',
    steps: [
      create(PLAINS, { apiVersion: '{group}/v1', kind: 'Plain', metadata: { name: '{ns}' }, spec: { a: 1 } }),
      { method: 'GET', path: '/apis/{group}/v2/plains/{ns}', expect: { status: 200, contains: { apiVersion: '{group}/v2', spec: { a: 1 } } } },
      { method: 'DELETE', path: '/apis/{group}/v2/plains/{ns}', expect: { status: 200 } },
      { method: 'GET', path: `${PLAINS}/{ns}`, expect: { status: 404 } },
    ],
  },
  {
    name: 'refuses a second object of the same name',
    steps: [
      create(SAMPLES, sample('a')),
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a'),
        expect: failure(409, 'AlreadyExists', { message: 'samples.{group} "a" already exists', details: { name: 'a', ...SAMPLE_DETAILS } }),
      },
    ],
  },
  {
    name: 'makes a name from generateName',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: { apiVersion: '{group}/v1', kind: 'Sample', metadata: { generateName: 'gen-' } },
        expect: { status: 201, contains: { metadata: { generateName: 'gen-' } } },
        save: { made: 'metadata.name' },
      },
      { method: 'GET', path: `${SAMPLES}/{made}`, expect: { status: 200 } },
    ],
  },
  {
    name: 'refuses an object without a name',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: { apiVersion: '{group}/v1', kind: 'Sample', metadata: {} },
        expect: failure(422, 'Invalid', {
          message: 'Sample.{group} "" is invalid: metadata.name: Required value: name or generateName is required',
          details: {
            group: '{group}',
            kind: 'Sample',
            causes: [{ reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' }],
          },
        }),
      },
    ],
  },
  {
    name: 'refuses a name that is no DNS subdomain',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('A_'),
        expect: invalidSample('A_', 'metadata.name', {
          reason: 'FieldValueInvalid',
          message:
            'Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \'-\' or \'.\', and must start and end with an alphanumeric character (e.g. \'example.com\', regex used for validation is \'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\')',
        }),
      },
    ],
  },
  {
    name: 'refuses a body for another namespace',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', {}, { namespace: 'elsewhere' }),
        expect: failure(400, 'BadRequest', { message: 'the namespace of the provided object does not match the namespace sent on the request' }),
      },
    ],
  },
  {
    name: 'refuses to create in a namespace that does not exist',
    steps: [
      {
        method: 'POST',
        path: '/apis/{group}/v1/namespaces/no-such-namespace/samples',
        body: sample('a'),
        expect: failure(404, 'NotFound', { message: 'namespaces "no-such-namespace" not found', details: { name: 'no-such-namespace', kind: 'namespaces' } }),
      },
    ],
  },
  {
    name: 'refuses a custom resource of another kind or version',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: { apiVersion: '{group}/v1', kind: 'Other', metadata: { name: 'a' } },
        expect: failure(422, 'Invalid', {
          message: 'Other.{group} "a" is invalid: kind: Invalid value: "Other": must be Sample',
          details: { name: 'a', group: '{group}', kind: 'Other', causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "Other": must be Sample', field: 'kind' }] },
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: { apiVersion: '{group}/v9', kind: 'Sample', metadata: { name: 'a' } },
        expect: failure(400, 'BadRequest', { message: 'the API version in the data ({group}/v9) does not match the expected API version ({group}/v1)' }),
      },
    ],
  },
  {
    name: 'fills in kind and version of a built-in object, and refuses others',
    steps: [
      { method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'a' } }, expect: { status: 201, contains: { kind: 'ConfigMap', apiVersion: 'v1' } } },
      {
        method: 'POST',
        path: CONFIG_MAPS,
        body: { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'b' } },
        expect: failure(400, 'BadRequest', {
          message: 'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
        }),
      },
    ],
  },
  {
    name: 'refuses a wrong type in a built-in object in the words of the decoder',
    steps: [
      {
        method: 'POST',
        path: CONFIG_MAPS,
        body: configMap('a', { k: 1 }),
        expect: failure(400, 'BadRequest', {
          message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
        }),
      },
    ],
  },
  {
    name: 'refuses malformed JSON with the position',
    steps: [
      {
        method: 'POST',
        path: CONFIG_MAPS,
        text: '{bad',
        expect: failure(400, 'BadRequest', {
          message:
            "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'b' looking for beginning of object key string ({bad)",
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        text: '',
        expect: failure(400, 'BadRequest', {
          message: "the object provided is unrecognized (must be of type Sample): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
        }),
      },
    ],
  },
  {
    name: 'refuses bodies of unknown media types',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a'),
        contentType: 'text/plain',
        expect: failure(415, 'UnsupportedMediaType', {
          message: 'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
        }),
      },
    ],
  },
  {
    name: 'refuses a resourceVersion on creation',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', {}, { resourceVersion: '5' }),
        expect: { status: 500, equals: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'resourceVersion should not be set on objects to be created', code: 500 } },
      },
    ],
  },
  {
    name: 'creates nothing in a dry run',
    steps: [
      { method: 'POST', path: `${SAMPLES}?dryRun=All`, body: sample('a'), expect: { status: 201, absent: ['metadata.resourceVersion'] } },
      { method: 'GET', path: `${SAMPLES}/a`, expect: { status: 404 } },
    ],
  },
  {
    name: 'refuses unknown fields when asked to',
    steps: [
      {
        method: 'POST',
        path: `${SAMPLES}?fieldValidation=Strict`,
        body: sample('a', { spec: { unknown: 1 }, extra: 1 }),
        expect: failure(400, 'BadRequest', {
          message: 'Sample in version "v1" cannot be handled as a Sample: strict decoding error: unknown field "extra", unknown field "spec.unknown"',
        }),
      },
    ],
  },
  {
    name: 'answers 404 for a missing object with its details',
    steps: [
      {
        method: 'GET',
        path: `${SAMPLES}/none`,
        expect: failure(404, 'NotFound', { message: 'samples.{group} "none" not found', details: { name: 'none', ...SAMPLE_DETAILS } }),
      },
      { method: 'GET', path: `${CONFIG_MAPS}/none`, expect: failure(404, 'NotFound', { message: 'configmaps "none" not found', details: { name: 'none', kind: 'configmaps' } }) },
    ],
  },
  {
    name: 'answers an unknown custom resource in plain text and an unknown built-in one with a Status',
    steps: [
      { method: 'GET', path: '/apis/{group}/v1/namespaces/{ns}/others', expect: PAGE_NOT_FOUND },
      { method: 'GET', path: '/apis/{group}/v9/namespaces/{ns}/samples', expect: PAGE_NOT_FOUND },
      { method: 'GET', path: '/apis/no.such.group/v1/things', expect: PAGE_NOT_FOUND },
      { method: 'GET', path: '/no-such-path', expect: PAGE_NOT_FOUND },
      { method: 'GET', path: '/api/v1/nothings', expect: failure(404, 'NotFound', { message: 'the server could not find the requested resource', details: {} }) },
      { method: 'GET', path: '/apis/coordination.k8s.io/v1/nothings', expect: failure(404, 'NotFound', { message: 'the server could not find the requested resource', details: {} }) },
    ],
  },
  {
    name: 'answers 405 for methods that a built-in place does not have',
    steps: [
      {
        method: 'PATCH',
        path: CONFIG_MAPS,
        body: {},
        contentType: MERGE,
        expect: failure(405, 'MethodNotAllowed', { message: 'the server does not allow this method on the requested resource', details: {} }),
      },
      { method: 'PATCH', path: SAMPLES, body: {}, contentType: MERGE, expect: failure(400, 'BadRequest', { message: 'name must be provided' }) },
    ],
  },
  {
    name: 'replaces an object and refuses a stale version',
    steps: [
      create(SAMPLES, sample('a', { spec: { size: 1 } }), { version: 'metadata.resourceVersion' }),
      {
        method: 'PUT',
        path: `${SAMPLES}/a`,
        body: sample('a', { spec: { size: 2 } }, { resourceVersion: '{version}' }),
        expect: { status: 200, contains: { spec: { size: 2 }, metadata: { generation: 2 } } },
      },
      {
        method: 'PUT',
        path: `${SAMPLES}/a`,
        body: sample('a', { spec: { size: 3 } }, { resourceVersion: '{version}' }),
        expect: failure(409, 'Conflict', {
          message: 'Operation cannot be fulfilled on samples.{group} "a": the object has been modified; please apply your changes to the latest version and try again',
          details: { name: 'a', ...SAMPLE_DETAILS },
        }),
      },
    ],
  },
  {
    name: 'needs a version to replace a custom resource, none for a config map',
    steps: [
      create(SAMPLES, sample('a')),
      {
        method: 'PUT',
        path: `${SAMPLES}/a`,
        body: sample('a'),
        expect: failure(422, 'Invalid', {
          message: 'samples.{group} "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
          details: {
            name: 'a',
            ...SAMPLE_DETAILS,
            causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: 0: must be specified for an update', field: 'metadata.resourceVersion' }],
          },
        }),
      },
      create(CONFIG_MAPS, configMap('a', {})),
      { method: 'PUT', path: `${CONFIG_MAPS}/a`, body: configMap('a', { k: 'v' }), expect: { status: 200, contains: { data: { k: 'v' } } } },
    ],
  },
  {
    name: '[D1] refuses to replace under another uid',
    steps: [
      create(CONFIG_MAPS, configMap('a', {})),
      {
        method: 'PUT',
        path: `${CONFIG_MAPS}/a`,
        body: configMap('a', {}, { uid: 'wrong' }),
        expect: failure(409, 'Conflict', {
          message:
            'Operation cannot be fulfilled on configmaps "a": StorageError: invalid object, Code: 4, Key: /registry/configmaps/{ns}/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: wrong, UID in object meta: <uid>',
          details: { name: 'a', kind: 'configmaps' },
        }),
      },
    ],
  },
  {
    name: 'does not create by PUT, except leases',
    steps: [
      { method: 'PUT', path: `${CONFIG_MAPS}/a`, body: configMap('a', {}), expect: { status: 404 } },
      {
        method: 'PUT',
        path: '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases/a',
        body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' }, spec: { holderIdentity: 'me' } },
        expect: { status: 201, contains: { spec: { holderIdentity: 'me' } } },
      },
    ],
  },
  {
    name: 'does not write when a PUT changes nothing',
    steps: [
      create(CONFIG_MAPS, configMap('a', { k: 'v' }), { version: 'metadata.resourceVersion' }),
      { method: 'PUT', path: `${CONFIG_MAPS}/a`, body: configMap('a', { k: 'v' }), expect: { status: 200 }, save: { after: 'metadata.resourceVersion' } },
      { method: 'PUT', path: `${CONFIG_MAPS}/a`, body: configMap('a', { k: 'w' }, { resourceVersion: '{version}' }), expect: { status: 200 } },
    ],
  },
  {
    name: 'validates against the schema, with the cause',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { size: 9 } }),
        expect: invalidSample('a', 'spec.size', { reason: 'FieldValueInvalid', message: 'Invalid value: 9: spec.size in body should be less than or equal to 5' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { size: 0 } }),
        expect: invalidSample('a', 'spec.size', { reason: 'FieldValueInvalid', message: 'Invalid value: 0: spec.size in body should be greater than or equal to 1' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { size: 'x' } }),
        expect: invalidSample('a', 'spec.size', { reason: 'FieldValueTypeInvalid', message: 'Invalid value: "string": spec.size in body must be of type integer: "string"' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { name: 'X' } }),
        expect: invalidSample('a', 'spec.name', { reason: 'FieldValueInvalid', message: 'Invalid value: "X": spec.name in body should match \'^[a-z]+$\'' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { mode: 'z' } }),
        expect: invalidSample('a', 'spec.mode', { reason: 'FieldValueNotSupported', message: 'Unsupported value: "z": supported values: "slow", "fast"' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { parts: [{}] } }),
        expect: invalidSample('a', 'spec.parts[0].id', { reason: 'FieldValueRequired', message: 'Required value' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: 'x' }),
        expect: invalidSample('a', 'spec', { reason: 'FieldValueTypeInvalid', message: 'Invalid value: "string": spec in body must be of type object: "string"' }),
      },
    ],
  },
  {
    name: 'validates lengths, numbers of items and unions',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { name: 'aaaaaaaaa' } }),
        expect: invalidSample('a', 'spec.name', { reason: 'FieldValueTooLong', message: 'Too long: may not be more than 8 bytes' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { parts: [{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }] } }),
        expect: invalidSample('a', 'spec.parts', { reason: 'FieldValueTooMany', message: 'Too many: 4: must have at most 3 items' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { port: true } }),
        expect: invalidSample('a', 'spec.port', { reason: 'FieldValueTypeInvalid', message: 'Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"' }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { labels: { a: 1 } } }),
        expect: invalidSample('a', 'spec.labels.a', { reason: 'FieldValueTypeInvalid', message: 'Invalid value: "integer": spec.labels.a in body must be of type string: "integer"' }),
      },
      { method: 'POST', path: SAMPLES, body: sample('a', { spec: { port: 1, maybe: null, parts: [{ id: 'a', weight: 1 }] } }), expect: { status: 201, contains: { spec: { port: 1, maybe: null } } } },
    ],
  },
  {
    name: 'refuses wrong labels and annotations of an update',
    steps: [
      create(CONFIG_MAPS, configMap('a', {})),
      {
        method: 'PATCH',
        path: `${CONFIG_MAPS}/a`,
        body: { metadata: { labels: { ok: '!!' } } },
        contentType: MERGE,
        expect: { status: 422, contains: { reason: 'Invalid', details: { name: 'a', kind: 'ConfigMap' } } },
      },
    ],
  },
  {
    name: 'deletes an object and answers with its uid',
    steps: [
      create(SAMPLES, sample('a')),
      {
        method: 'DELETE',
        path: `${SAMPLES}/a`,
        expect: {
          status: 200,
          equals: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: 'a', group: '{group}', kind: 'samples', uid: '<uid>' } },
        },
      },
      { method: 'DELETE', path: `${SAMPLES}/a`, expect: { status: 404 } },
    ],
  },
  {
    name: 'respects the preconditions of a deletion',
    steps: [
      create(SAMPLES, sample('a'), { uid: 'metadata.uid' }),
      {
        method: 'DELETE',
        path: `${SAMPLES}/a`,
        body: { preconditions: { uid: 'wrong' } },
        expect: failure(409, 'Conflict', {
          message:
            'Operation cannot be fulfilled on Sample.{group} "a": the UID in the precondition (wrong) does not match the UID in record (<uid>). The object might have been deleted and then recreated',
          details: { name: 'a', group: '{group}', kind: 'Sample' },
        }),
      },
      { method: 'DELETE', path: `${SAMPLES}/a`, body: { preconditions: { resourceVersion: '1' } }, expect: { status: 409, contains: { reason: 'Conflict' } } },
      { method: 'DELETE', path: `${SAMPLES}/a`, body: { preconditions: { uid: '{uid}' } }, expect: { status: 200 } },
    ],
  },
  {
    name: 'refuses an unknown propagation policy',
    steps: [
      create(CONFIG_MAPS, configMap('a', {})),
      {
        method: 'DELETE',
        path: `${CONFIG_MAPS}/a`,
        body: { propagationPolicy: 'Nope' },
        expect: { status: 422, contains: { message: 'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Nope": supported values: "Foreground", "Background", "Orphan", "nil"' } },
      },
    ],
  },
  {
    name: '[E3] keeps a deleted object while it has finalizers, and answers with it',
    steps: [
      create(SAMPLES, sample('a', {}, { finalizers: ['x.y/z'] })),
      {
        method: 'DELETE',
        path: `${SAMPLES}/a`,
        expect: { status: 200, contains: { kind: 'Sample', metadata: { deletionTimestamp: '<time>', deletionGracePeriodSeconds: 0, generation: 2, finalizers: ['x.y/z'] } } },
        save: { version: 'metadata.resourceVersion' },
      },
      { method: 'DELETE', path: `${SAMPLES}/a`, expect: { status: 200, contains: { metadata: { generation: 2 } } } },
      {
        method: 'PATCH',
        path: `${SAMPLES}/a`,
        body: { metadata: { resourceVersion: '{version}', finalizers: null } },
        contentType: MERGE,
        expect: { status: 200, absent: ['metadata.finalizers'] },
      },
      { method: 'GET', path: `${SAMPLES}/a`, expect: { status: 404 } },
    ],
  },
  {
    name: '[E2] takes no new finalizers while deleting',
    steps: [
      create(SAMPLES, sample('a', {}, { finalizers: ['x.y/z'] })),
      { method: 'DELETE', path: `${SAMPLES}/a`, expect: { status: 200 } },
      {
        method: 'PATCH',
        path: `${SAMPLES}/a`,
        body: { metadata: { finalizers: ['x.y/z', 'x.y/new'] } },
        contentType: MERGE,
        expect: failure(422, 'Invalid', {
          message: 'Sample.{group} "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.y/new"}',
          details: {
            name: 'a',
            group: '{group}',
            kind: 'Sample',
            causes: twice({
              reason: 'FieldValueForbidden',
              message: 'Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.y/new"}',
              field: 'metadata.finalizers',
            }),
          },
        }),
      },
      { method: 'PATCH', path: `${SAMPLES}/a`, body: { metadata: { finalizers: null } }, contentType: MERGE, expect: { status: 200 } },
    ],
  },
  {
    name: 'does not take back a deletion',
    steps: [
      create(SAMPLES, sample('a', {}, { finalizers: ['x.y/z'] })),
      { method: 'DELETE', path: `${SAMPLES}/a`, expect: { status: 200 } },
      {
        method: 'PATCH',
        path: `${SAMPLES}/a`,
        body: { metadata: { deletionTimestamp: null } },
        contentType: MERGE,
        expect: { status: 200, contains: { metadata: { deletionTimestamp: '<time>' } } },
      },
      { method: 'PATCH', path: `${SAMPLES}/a`, body: { metadata: { finalizers: [] } }, contentType: MERGE, expect: { status: 200 } },
      { method: 'GET', path: `${SAMPLES}/a`, expect: { status: 404 } },
    ],
  },
  {
    name: 'deletes a collection by selector and answers with the list from before',
    steps: [
      create(SAMPLES, sample('a', {}, { labels: { k: 'v' } })),
      create(SAMPLES, sample('b')),
      { method: 'DELETE', path: `${SAMPLES}?labelSelector=k%3Dv`, expect: { status: 200, contains: { kind: 'SampleList' } } },
      { method: 'GET', path: `${SAMPLES}/a`, expect: { status: 404 } },
      { method: 'GET', path: `${SAMPLES}/b`, expect: { status: 200 } },
    ],
  },
];
