import type { ConformanceCase } from './case.js';
import {
  CONFIG_MAPS,
  MERGE,
  PAGE_NOT_FOUND,
  PLAINS,
  SAMPLES,
  configMap,
  create,
  failure,
  sample,
  SAMPLE_DETAILS,
  invalidSample,
} from './case.js';

/** Creating objects, and what is refused; places and methods that are not served. */
export const CREATE_CASES: readonly ConformanceCase[] = [
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
            metadata: {
              name: 'a',
              namespace: '{ns}',
              uid: '<uid>',
              resourceVersion: '<version>',
              creationTimestamp: '<time>',
              generation: 1,
            },
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
      {
        method: 'PATCH',
        path: `${PLAINS}/{ns}`,
        body: { status: { x: 2 } },
        contentType: MERGE,
        expect: { status: 200, contains: { metadata: { generation: 2 } } },
      },
      { method: 'DELETE', path: `${PLAINS}/{ns}`, expect: { status: 200, contains: { status: 'Success' } } },
    ],
  },
  {
    name: 'serves one object in all versions of its kind',
    steps: [
      create(PLAINS, { apiVersion: '{group}/v1', kind: 'Plain', metadata: { name: '{ns}' }, spec: { a: 1 } }),
      {
        method: 'GET',
        path: '/apis/{group}/v2/plains/{ns}',
        expect: { status: 200, contains: { apiVersion: '{group}/v2', spec: { a: 1 } } },
      },
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
            "Invalid value: \"A_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
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
        expect: failure(400, 'BadRequest', {
          message: 'the namespace of the provided object does not match the namespace sent on the request',
        }),
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
        expect: failure(404, 'NotFound', {
          message: 'namespaces "no-such-namespace" not found',
          details: { name: 'no-such-namespace', kind: 'namespaces' },
        }),
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
          details: {
            name: 'a',
            group: '{group}',
            kind: 'Other',
            causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "Other": must be Sample', field: 'kind' }],
          },
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: { apiVersion: '{group}/v9', kind: 'Sample', metadata: { name: 'a' } },
        expect: failure(400, 'BadRequest', {
          message: 'the API version in the data ({group}/v9) does not match the expected API version ({group}/v1)',
        }),
      },
    ],
  },
  {
    name: 'fills in kind and version of a built-in object, and refuses others',
    steps: [
      {
        method: 'POST',
        path: CONFIG_MAPS,
        body: { metadata: { name: 'a' } },
        expect: { status: 201, contains: { kind: 'ConfigMap', apiVersion: 'v1' } },
      },
      {
        method: 'POST',
        path: CONFIG_MAPS,
        body: { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'b' } },
        expect: failure(400, 'BadRequest', {
          message:
            'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
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
          message:
            'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
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
          message:
            "the object provided is unrecognized (must be of type Sample): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
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
          message:
            'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
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
        expect: {
          status: 500,
          equals: {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            message: 'resourceVersion should not be set on objects to be created',
            code: 500,
          },
        },
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
          message:
            'Sample in version "v1" cannot be handled as a Sample: strict decoding error: unknown field "extra", unknown field "spec.unknown"',
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
      {
        method: 'GET',
        path: `${CONFIG_MAPS}/none`,
        expect: failure(404, 'NotFound', { message: 'configmaps "none" not found', details: { name: 'none', kind: 'configmaps' } }),
      },
    ],
  },
  {
    name: 'answers an unknown custom resource in plain text and an unknown built-in one with a Status',
    steps: [
      { method: 'GET', path: '/apis/{group}/v1/namespaces/{ns}/others', expect: PAGE_NOT_FOUND },
      { method: 'GET', path: '/apis/{group}/v9/namespaces/{ns}/samples', expect: PAGE_NOT_FOUND },
      { method: 'GET', path: '/apis/no.such.group/v1/things', expect: PAGE_NOT_FOUND },
      { method: 'GET', path: '/no-such-path', expect: PAGE_NOT_FOUND },
      {
        method: 'GET',
        path: '/api/v1/nothings',
        expect: failure(404, 'NotFound', { message: 'the server could not find the requested resource', details: {} }),
      },
      {
        method: 'GET',
        path: '/apis/coordination.k8s.io/v1/nothings',
        expect: failure(404, 'NotFound', { message: 'the server could not find the requested resource', details: {} }),
      },
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
        expect: failure(405, 'MethodNotAllowed', {
          message: 'the server does not allow this method on the requested resource',
          details: {},
        }),
      },
      {
        method: 'PATCH',
        path: SAMPLES,
        body: {},
        contentType: MERGE,
        expect: failure(400, 'BadRequest', { message: 'name must be provided' }),
      },
    ],
  },
];
