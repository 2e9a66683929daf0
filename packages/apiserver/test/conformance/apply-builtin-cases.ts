import type { ConformanceCase, Json } from './case.js';
import { MERGE, STRATEGIC, apply, createAs, merge, failure } from './case.js';

const core = (plural: string) => `/api/v1/namespaces/{ns}/${plural}`;
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases';
const container = { name: 'c', image: 'busybox:1', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] };
const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { containers: [container], ...spec } });
const secret = (content: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...content });
const service = (ports: readonly Json[]) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a' },
  spec: { clusterIP: 'None', ports },
});
const event = (content: object) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'a' },
  involvedObject: { kind: 'Pod', name: 'p', namespace: '{ns}' },
  ...content,
});

/** Built-in kinds, whose fields have the types of the real server. */
export const APPLY_BUILTIN_CASES: readonly ConformanceCase[] = [
  {
    name: 'owns the defaults of a pod with whoever creates it, not what the server admits it with',
    steps: [
      createAs(core('pods'), 'maker', pod({ tolerations: [{ key: 'k', operator: 'Exists' }], nodeSelector: { a: 'b' } }), {
        status: 201,
        contains: { metadata: { generation: 1 } },
        owners: {
          'maker Update':
            '.spec.containers[{"name":"c"}] .spec.containers[{"name":"c"}].env .spec.containers[{"name":"c"}].env[{"name":"A"}] .spec.containers[{"name":"c"}].env[{"name":"A"}].name .spec.containers[{"name":"c"}].env[{"name":"A"}].value .spec.containers[{"name":"c"}].image .spec.containers[{"name":"c"}].imagePullPolicy .spec.containers[{"name":"c"}].name .spec.containers[{"name":"c"}].ports .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}] .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].containerPort .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].protocol .spec.containers[{"name":"c"}].resources .spec.containers[{"name":"c"}].terminationMessagePath .spec.containers[{"name":"c"}].terminationMessagePolicy .spec.dnsPolicy .spec.enableServiceLinks .spec.nodeSelector .spec.restartPolicy .spec.schedulerName .spec.securityContext .spec.terminationGracePeriodSeconds .spec.tolerations',
        },
      }),
    ],
  },
  {
    name: 'applies to containers, their environment and their ports by name and number',
    steps: [
      createAs(core('pods'), 'maker', pod({}), {
        status: 201,
        contains: { metadata: { generation: 1 } },
        owners: {
          'maker Update':
            '.spec.containers[{"name":"c"}] .spec.containers[{"name":"c"}].env .spec.containers[{"name":"c"}].env[{"name":"A"}] .spec.containers[{"name":"c"}].env[{"name":"A"}].name .spec.containers[{"name":"c"}].env[{"name":"A"}].value .spec.containers[{"name":"c"}].image .spec.containers[{"name":"c"}].imagePullPolicy .spec.containers[{"name":"c"}].name .spec.containers[{"name":"c"}].ports .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}] .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].containerPort .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].protocol .spec.containers[{"name":"c"}].resources .spec.containers[{"name":"c"}].terminationMessagePath .spec.containers[{"name":"c"}].terminationMessagePolicy .spec.dnsPolicy .spec.enableServiceLinks .spec.restartPolicy .spec.schedulerName .spec.securityContext .spec.terminationGracePeriodSeconds',
        },
      }),
      apply(
        `${core('pods')}/a`,
        'm',
        pod({ containers: [{ name: 'c', image: 'busybox:2', env: [{ name: 'A', value: '1' }] }] }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "maker" using v1: .spec.containers[name="c"].image',
          details: {
            causes: [
              { reason: 'FieldManagerConflict', message: 'conflict with "maker" using v1', field: '.spec.containers[name="c"].image' },
            ],
          },
        }),
      ),
      apply(`${core('pods')}/a`, 'm&force=true', pod({ containers: [{ name: 'c', image: 'busybox:2' }] }), {
        status: 200,
        contains: { metadata: { generation: 2 } },
        owners: {
          'm Apply': '.spec.containers[{"name":"c"}] .spec.containers[{"name":"c"}].image .spec.containers[{"name":"c"}].name',
          'maker Update':
            '.spec.containers[{"name":"c"}] .spec.containers[{"name":"c"}].env .spec.containers[{"name":"c"}].env[{"name":"A"}] .spec.containers[{"name":"c"}].env[{"name":"A"}].name .spec.containers[{"name":"c"}].env[{"name":"A"}].value .spec.containers[{"name":"c"}].imagePullPolicy .spec.containers[{"name":"c"}].name .spec.containers[{"name":"c"}].ports .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}] .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].containerPort .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].protocol .spec.containers[{"name":"c"}].resources .spec.containers[{"name":"c"}].terminationMessagePath .spec.containers[{"name":"c"}].terminationMessagePolicy .spec.dnsPolicy .spec.enableServiceLinks .spec.restartPolicy .spec.schedulerName .spec.securityContext .spec.terminationGracePeriodSeconds',
        },
      }),
      apply(`${core('pods')}/a`, 'm', pod({ containers: [{ name: 'c', image: 'busybox:2', nope: 1 }] }), {
        status: 500,
        equals: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'failed to create typed patch object (/a; /v1, Kind=Pod): .spec.containers[name="c"].nope: field not declared in schema',
          code: 500,
        },
      }),
    ],
  },
  {
    name: 'owns conditions of a pod by type through its status endpoint',
    steps: [
      createAs(core('pods'), 'maker', pod({}), {
        status: 201,
        contains: { metadata: { generation: 1 } },
        owners: {
          'maker Update':
            '.spec.containers[{"name":"c"}] .spec.containers[{"name":"c"}].env .spec.containers[{"name":"c"}].env[{"name":"A"}] .spec.containers[{"name":"c"}].env[{"name":"A"}].name .spec.containers[{"name":"c"}].env[{"name":"A"}].value .spec.containers[{"name":"c"}].image .spec.containers[{"name":"c"}].imagePullPolicy .spec.containers[{"name":"c"}].name .spec.containers[{"name":"c"}].ports .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}] .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].containerPort .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].protocol .spec.containers[{"name":"c"}].resources .spec.containers[{"name":"c"}].terminationMessagePath .spec.containers[{"name":"c"}].terminationMessagePolicy .spec.dnsPolicy .spec.enableServiceLinks .spec.restartPolicy .spec.schedulerName .spec.securityContext .spec.terminationGracePeriodSeconds',
        },
      }),
      {
        method: 'PATCH',
        path: `${core('pods')}/a/status?fieldManager=kubelet`,
        contentType: STRATEGIC,
        body: {
          status: {
            phase: 'Running',
            conditions: [
              { type: 'Ready', status: 'True', lastProbeTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z' },
            ],
          },
        },
        expect: {
          status: 200,
          contains: { metadata: { generation: 1 } },
          owners: {
            'kubelet Update/status':
              '.status.conditions .status.conditions[{"type":"Ready"}] .status.conditions[{"type":"Ready"}].lastProbeTime .status.conditions[{"type":"Ready"}].lastTransitionTime .status.conditions[{"type":"Ready"}].status .status.conditions[{"type":"Ready"}].type .status.phase',
            'maker Update':
              '.spec.containers[{"name":"c"}] .spec.containers[{"name":"c"}].env .spec.containers[{"name":"c"}].env[{"name":"A"}] .spec.containers[{"name":"c"}].env[{"name":"A"}].name .spec.containers[{"name":"c"}].env[{"name":"A"}].value .spec.containers[{"name":"c"}].image .spec.containers[{"name":"c"}].imagePullPolicy .spec.containers[{"name":"c"}].name .spec.containers[{"name":"c"}].ports .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}] .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].containerPort .spec.containers[{"name":"c"}].ports[{"containerPort":80,"protocol":"TCP"}].protocol .spec.containers[{"name":"c"}].resources .spec.containers[{"name":"c"}].terminationMessagePath .spec.containers[{"name":"c"}].terminationMessagePolicy .spec.dnsPolicy .spec.enableServiceLinks .spec.restartPolicy .spec.schedulerName .spec.securityContext .spec.terminationGracePeriodSeconds',
          },
        },
      },
    ],
  },
  {
    name: 'owns the data of a secret, also what came as text',
    steps: [
      createAs(core('secrets'), 'maker', secret({ data: { a: 'Yg==' }, stringData: { c: 'd' } }), {
        status: 201,
        contains: { data: { a: 'Yg==', c: 'ZA==' } },
        owners: { 'maker Update': '.data .data.a .data.c .type' },
      }),
      merge(
        `${core('secrets')}/a`,
        'other',
        { stringData: { c: 'e' } },
        {
          status: 200,
          contains: { data: { a: 'Yg==', c: 'ZQ==' } },
          owners: { 'maker Update': '.data .data.a .type', 'other Update': '.data.c' },
        },
      ),
      apply(
        `${core('secrets')}/a`,
        'm',
        secret({ data: { c: 'Yg==' } }),
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "other" using v1: .data.c',
          details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "other" using v1', field: '.data.c' }] },
        }),
      ),
      apply(`${core('secrets')}/a`, 'm', secret({ data: { n: 'Yg==' }, type: 'Opaque' }), {
        status: 200,
        contains: { data: { a: 'Yg==', c: 'ZQ==', n: 'Yg==' } },
        owners: { 'm Apply': '.data.n .type', 'maker Update': '.data .data.a .type', 'other Update': '.data.c' },
      }),
    ],
  },
  {
    name: 'merges the ports of a service by number and protocol',
    steps: [
      createAs(core('services'), 'maker', service([{ name: 'http', port: 80 }]), {
        status: 201,
        owners: {
          'maker Update':
            '.spec.clusterIP .spec.internalTrafficPolicy .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].name .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.ports[{"port":80,"protocol":"TCP"}].targetPort .spec.sessionAffinity .spec.type',
        },
      }),
      apply(
        `${core('services')}/a`,
        'm',
        service([
          { name: 'http', port: 80, protocol: 'TCP' },
          { name: 'https', port: 443 },
        ]),
        {
          status: 200,
          owners: {
            'm Apply':
              '.spec.clusterIP .spec.ports[{"port":443,"protocol":"TCP"}] .spec.ports[{"port":443,"protocol":"TCP"}].name .spec.ports[{"port":443,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].name .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol',
            'maker Update':
              '.spec.clusterIP .spec.internalTrafficPolicy .spec.ports .spec.ports[{"port":80,"protocol":"TCP"}] .spec.ports[{"port":80,"protocol":"TCP"}].name .spec.ports[{"port":80,"protocol":"TCP"}].port .spec.ports[{"port":80,"protocol":"TCP"}].protocol .spec.ports[{"port":80,"protocol":"TCP"}].targetPort .spec.sessionAffinity .spec.type',
          },
        },
      ),
    ],
  },
  {
    name: 'applies to a service account by the names of its secrets',
    steps: [
      createAs(
        core('serviceaccounts'),
        'maker',
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' }, imagePullSecrets: [{ name: 'x' }] },
        { status: 201, owners: { 'maker Update': '.imagePullSecrets' } },
      ),
      apply(
        `${core('serviceaccounts')}/a`,
        'm',
        {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'a' },
          imagePullSecrets: [{ name: 'y' }],
          automountServiceAccountToken: false,
        },
        failure(409, 'Conflict', {
          message: 'Apply failed with 1 conflict: conflict with "maker" using v1: .imagePullSecrets',
          details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "maker" using v1', field: '.imagePullSecrets' }] },
        }),
      ),
    ],
  },
  {
    name: 'keeps the owners of a lease',
    steps: [
      createAs(
        LEASES,
        'maker',
        { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a' }, spec: { holderIdentity: 'x' } },
        { status: 201, contains: { spec: { holderIdentity: 'x' } }, owners: { 'maker Update': '.spec.holderIdentity' } },
      ),
      merge(
        `${LEASES}/a`,
        'other',
        { spec: { renewTime: '2026-01-01T00:00:00.000000Z' } },
        {
          status: 200,
          contains: { spec: { holderIdentity: 'x', renewTime: '2026-01-01T00:00:00.000000Z' } },
          owners: { 'maker Update': '.spec.holderIdentity', 'other Update': '.spec.renewTime' },
        },
      ),
      apply(
        `${LEASES}/b`,
        'm',
        {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'b' },
          spec: { holderIdentity: 'x', leaseDurationSeconds: 5 },
        },
        {
          status: 201,
          contains: { spec: { holderIdentity: 'x', leaseDurationSeconds: 5 } },
          owners: { 'm Apply': '.spec.holderIdentity .spec.leaseDurationSeconds' },
        },
      ),
    ],
  },
  {
    name: 'keeps the owners of an event',
    steps: [
      createAs(
        core('events'),
        'maker',
        event({ reason: 'R', message: 'M', type: 'Normal', count: 1, firstTimestamp: '2026-01-01T00:00:00Z', source: { component: 'x' } }),
        { status: 201, owners: { 'maker Update': '.count .firstTimestamp .involvedObject .message .reason .source.component .type' } },
      ),
      merge(
        `${core('events')}/a`,
        'other',
        { count: 2, lastTimestamp: '2026-01-01T00:00:01Z' },
        {
          status: 200,
          owners: {
            'maker Update': '.firstTimestamp .involvedObject .message .reason .source.component .type',
            'other Update': '.count .lastTimestamp',
          },
        },
      ),
    ],
  },
  {
    name: 'applies labels to a namespace without owning what the server adds',
    steps: [
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/{ns}?fieldManager=other',
        contentType: MERGE,
        body: { metadata: { labels: { a: 'b' } } },
        expect: {
          status: 200,
          contains: { metadata: { labels: { a: 'b', 'kubernetes.io/metadata.name': '{ns}' } } },
          owners: {
            'other Update': '.metadata.labels.a',
            'unknown Update': '.metadata.labels .metadata.labels.kubernetes.io/metadata.name',
          },
        },
      },
      apply(
        '/api/v1/namespaces/{ns}',
        'm',
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: '{ns}', labels: { a: 'b', c: 'd' } } },
        {
          status: 200,
          contains: { metadata: { labels: { a: 'b', c: 'd', 'kubernetes.io/metadata.name': '{ns}' } } },
          owners: {
            'm Apply': '.metadata.labels.a .metadata.labels.c',
            'other Update': '.metadata.labels.a',
            'unknown Update': '.metadata.labels .metadata.labels.kubernetes.io/metadata.name',
          },
        },
      ),
    ],
  },
];
