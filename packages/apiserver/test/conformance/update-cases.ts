import type { ConformanceCase } from './case.js';
import { CONFIG_MAPS, MERGE, SAMPLES, configMap, create, failure, sample, SAMPLE_DETAILS, invalidSample } from './case.js';

/** Replacing objects; validation against schemas. */
export const UPDATE_CASES: readonly ConformanceCase[] = [
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
          message:
            'Operation cannot be fulfilled on samples.{group} "a": the object has been modified; please apply your changes to the latest version and try again',
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
            causes: [
              {
                reason: 'FieldValueInvalid',
                message: 'Invalid value: 0: must be specified for an update',
                field: 'metadata.resourceVersion',
              },
            ],
          },
        }),
      },
      create(CONFIG_MAPS, configMap('a', {})),
      {
        method: 'PUT',
        path: `${CONFIG_MAPS}/a`,
        body: configMap('a', { k: 'v' }),
        expect: { status: 200, contains: { data: { k: 'v' } } },
      },
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
      {
        method: 'PUT',
        path: `${CONFIG_MAPS}/a`,
        body: configMap('a', { k: 'v' }),
        expect: { status: 200 },
        save: { after: 'metadata.resourceVersion' },
      },
      {
        method: 'PUT',
        path: `${CONFIG_MAPS}/a`,
        body: configMap('a', { k: 'w' }, { resourceVersion: '{version}' }),
        expect: { status: 200 },
      },
    ],
  },
  {
    name: 'validates against the schema, with the cause',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { size: 9 } }),
        expect: invalidSample('a', 'spec.size', {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: 9: spec.size in body should be less than or equal to 5',
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { size: 0 } }),
        expect: invalidSample('a', 'spec.size', {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: 0: spec.size in body should be greater than or equal to 1',
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { size: 'x' } }),
        expect: invalidSample('a', 'spec.size', {
          reason: 'FieldValueTypeInvalid',
          message: 'Invalid value: "string": spec.size in body must be of type integer: "string"',
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { name: 'X' } }),
        expect: invalidSample('a', 'spec.name', {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: "X": spec.name in body should match \'^[a-z]+$\'',
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { mode: 'z' } }),
        expect: invalidSample('a', 'spec.mode', {
          reason: 'FieldValueNotSupported',
          message: 'Unsupported value: "z": supported values: "slow", "fast"',
        }),
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
        expect: invalidSample('a', 'spec', {
          reason: 'FieldValueTypeInvalid',
          message: 'Invalid value: "string": spec in body must be of type object: "string"',
        }),
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
        expect: invalidSample('a', 'spec.port', {
          reason: 'FieldValueTypeInvalid',
          message: 'Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { labels: { a: 1 } } }),
        expect: invalidSample('a', 'spec.labels.a', {
          reason: 'FieldValueTypeInvalid',
          message: 'Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
        }),
      },
      {
        method: 'POST',
        path: SAMPLES,
        body: sample('a', { spec: { port: 1, maybe: null, parts: [{ id: 'a', weight: 1 }] } }),
        expect: { status: 201, contains: { spec: { port: 1, maybe: null } } },
      },
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
];
