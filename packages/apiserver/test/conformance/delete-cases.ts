import type { ConformanceCase, Json } from './case.js';
import { CONFIG_MAPS, MERGE, SAMPLES, configMap, create, failure, sample } from './case.js';

const PODS = '/api/v1/namespaces/{ns}/pods';

const twice = (cause: Json): Json => [cause, cause];

/** Deleting objects, with and without finalizers. */
export const DELETE_CASES: readonly ConformanceCase[] = [
  {
    name: 'removes a pod whose time to stop is over as it is, when only the finalizer of the collector holds it',
    notOnRealServer: 'its garbage collector takes the finalizer away first',
    steps: [
      create(PODS, { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'i' }] } }),
      {
        method: 'DELETE',
        path: `${PODS}/a`,
        body: { propagationPolicy: 'Orphan' },
        expect: { status: 200, contains: { metadata: { generation: 2, finalizers: ['orphan'] } } },
      },
      {
        method: 'DELETE',
        path: `${PODS}/a`,
        body: { propagationPolicy: 'Background' },
        expect: { status: 200, contains: { metadata: { generation: 2, finalizers: ['orphan'] } } },
      },
      { method: 'GET', path: `${PODS}/a`, expect: { status: 404 } },
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
          equals: {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Success',
            details: { name: 'a', group: '{group}', kind: 'samples', uid: '<uid>' },
          },
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
      {
        method: 'DELETE',
        path: `${SAMPLES}/a`,
        body: { preconditions: { resourceVersion: '1' } },
        expect: { status: 409, contains: { reason: 'Conflict' } },
      },
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
        expect: {
          status: 422,
          contains: {
            message:
              'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Nope": supported values: "Foreground", "Background", "Orphan", "nil"',
          },
        },
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
        expect: {
          status: 200,
          contains: {
            kind: 'Sample',
            metadata: { deletionTimestamp: '<time>', deletionGracePeriodSeconds: 0, generation: 2, finalizers: ['x.y/z'] },
          },
        },
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
          message:
            'Sample.{group} "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.y/new"}',
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
