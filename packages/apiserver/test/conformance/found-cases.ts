// Single answers that random requests found to differ, once more without chance.

import type { ConformanceCase, Json } from './case.js';
import { CONFIG_MAPS, JSON_PATCH, SAMPLES } from './case.js';

const SECRETS = '/api/v1/namespaces/{ns}/secrets';
const SERVICES = '/api/v1/namespaces/{ns}/services';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/{ns}/deployments';

const template: Json = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'i' }] } };
const column = (name: string, type: string): Json => ({ name, type, format: '', description: '<description>', priority: 0 });

export const FOUND_CASES: readonly ConformanceCase[] = [
  {
    name: 'names the type of a custom resource as it was sent when its metadata cannot be read',
    steps: [
      ['', 'Sample', 'Sample in version "" cannot'],
      ['{group}/v1', 'Other', 'Other in version "v1" cannot'],
    ].map(([apiVersion = '', kind = '', told = '']) => ({
      method: 'POST',
      path: SAMPLES,
      body: { apiVersion, kind, metadata: { name: 'a', creationTimestamp: 1 } },
      expect: {
        status: 400,
        contains: {
          message: `${told} be handled as a Sample: json: cannot unmarshal number into Go struct field ObjectMeta.creationTimestamp of type string`,
        },
      },
    })),
  },
  {
    name: 'calls the Scale of a custom resource by the package of its type where a list was asked for',
    steps: [
      {
        method: 'POST',
        path: '/apis/{group}/v1/namespaces/{ns}/counts',
        body: { apiVersion: '{group}/v1', kind: 'Count', metadata: { name: 'a' }, spec: { replicas: 1 } },
        expect: { status: 201 },
      },
      {
        method: 'GET',
        path: '/apis/{group}/v1/namespaces/{ns}/counts/a/scale',
        accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
        expect: {
          status: 406,
          contains: { message: 'you requested PartialObjectMetadataList, but the requested object is not a list (*v1.Scale)' },
        },
      },
    ],
  },
  {
    name: 'reads bytes from a list, with null as nothing',
    steps: [
      {
        method: 'POST',
        path: SECRETS,
        body: { metadata: { name: 'a' }, data: { a: [null], b: [104, 105], c: [] } },
        expect: { status: 201, contains: { data: { a: 'AA==', b: 'aGk=' } } },
      },
    ],
  },
  {
    name: 'refuses a custom resource whose version a patch makes null',
    steps: [
      {
        method: 'POST',
        path: SAMPLES,
        body: { apiVersion: '{group}/v1', kind: 'Sample', metadata: { name: 'a' } },
        expect: { status: 201 },
      },
      {
        method: 'PATCH',
        path: `${SAMPLES}/a`,
        contentType: JSON_PATCH,
        body: [{ op: 'replace', path: '/apiVersion', value: null }],
        expect: { status: 422, contains: { reason: 'Invalid', details: {} } },
      },
    ],
  },
  {
    name: 'does not say when to come again for an exact version of one object',
    steps: [
      {
        method: 'GET',
        path: `${CONFIG_MAPS}?fieldSelector=metadata.name%3Da&limit=1&resourceVersion=999999999`,
        expect: { status: 504, contains: { reason: 'Timeout' }, absent: ['details.retryAfterSeconds'] },
      },
    ],
  },
  {
    name: 'looks at the finalizers of a service that its status would make',
    steps: [
      {
        method: 'PUT',
        path: `${SERVICES}/b/status`,
        body: { metadata: { name: 'b', finalizers: ['bad'] }, spec: { clusterIP: 'None', selector: { a: 'b' }, ports: [{ port: 80 }] } },
        expect: {
          status: 422,
          contains: {
            details: {
              causes: [
                {
                  reason: 'FieldValueInvalid',
                  message: 'Invalid value: "bad": name is neither a standard finalizer name nor is it fully qualified',
                  field: 'metadata.finalizers[0]',
                },
                { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.clusterIPs' },
              ],
            },
          },
        },
      },
    ],
  },
  {
    name: 'shows the Scale of a deployment as a table whose name has no format',
    steps: [
      {
        method: 'POST',
        path: DEPLOYMENTS,
        body: { metadata: { name: 'a' }, spec: { selector: { matchLabels: { app: 'a' } }, template } },
        expect: { status: 201 },
      },
      {
        method: 'GET',
        path: `${DEPLOYMENTS}/a/scale`,
        accept: 'application/json;as=Table;g=meta.k8s.io;v=v1',
        expect: {
          status: 200,
          contains: {
            columnDefinitions: [
              column('Name', 'string'),
              column('Desired', 'integer'),
              column('Available', 'integer'),
              column('Age', 'string'),
            ],
          },
        },
      },
    ],
  },
];
