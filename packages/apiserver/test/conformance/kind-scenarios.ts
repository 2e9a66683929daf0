import type { Json } from './case.js';
import { CONFIG_MAPS, configMap } from './case.js';
import type { Scenario } from './scenario.js';
import { get, jsonPatch, merge, post, put, remove } from './scenario.js';

const SECRETS = '/api/v1/namespaces/{ns}/secrets';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases';
const EVENTS = '/api/v1/namespaces/{ns}/events';
const NEW_EVENTS = '/apis/events.k8s.io/v1/namespaces/{ns}/events';
const PODS = '/api/v1/namespaces/{ns}/pods';
const SERVICES = '/api/v1/namespaces/{ns}/services';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/{ns}/deployments';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const TABLE = { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' };

const template = (labels: Json): Json => ({ metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i:1' }] } });
const deployment = (name: string, spec: { readonly [key: string]: Json } = {}): Json => ({
  metadata: { name },
  spec: { selector: { matchLabels: { app: 'a' } }, template: template({ app: 'a' }), ...spec },
});

const definition = (name: string, spec: { readonly [key: string]: Json }): Json => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name },
  spec: { group: '{ns}.{group}', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, ...spec },
});
const THINGS = 'things.{ns}.{group}';
const version = (name: string, more: { readonly [key: string]: Json } = {}): Json => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
});
const withSchema = (properties: Json): Json => version('v1', { schema: { openAPIV3Schema: { type: 'object', properties } } });

/** What the kinds are about. */
export const KIND_SCENARIOS: readonly Scenario[] = [
  {
    name: 'checks what secrets of well-known types hold',
    isIndependent: true,
    steps: [
      'kubernetes.io/tls',
      'kubernetes.io/basic-auth',
      'kubernetes.io/ssh-auth',
      'kubernetes.io/dockercfg',
      'kubernetes.io/dockerconfigjson',
      'kubernetes.io/service-account-token',
    ].map((type) => post(SECRETS, { metadata: { name: 'a' }, type })),
  },
  {
    name: 'keeps secrets: texts become data, the type stays',
    steps: [
      post(SECRETS, { metadata: { name: 'a' }, stringData: { k: 'text' }, data: { k: 'YQ==', l: 'Yg==' } }),
      merge(`${SECRETS}/a`, { stringData: { m: 'x' } }),
      merge(`${SECRETS}/a`, { type: 'example.com/other' }),
      merge(`${SECRETS}/a`, { data: { k: 'not base64' } }),
      merge(`${SECRETS}/a`, { data: { 'bad key': 'YQ==' } }),
      get(`${SECRETS}?fieldSelector=type%3DOpaque`, TABLE),
    ],
  },
  {
    name: 'keeps what is immutable',
    steps: [
      post(CONFIG_MAPS, { ...(configMap('a', { k: 'v' }) as object), immutable: true }),
      merge(`${CONFIG_MAPS}/a`, { data: { k: 'w' } }),
      merge(`${CONFIG_MAPS}/a`, { immutable: false }),
      merge(`${CONFIG_MAPS}/a`, { metadata: { labels: { x: 'y' } } }),
      post(SECRETS, { metadata: { name: 'b' }, data: { k: 'YQ==' }, immutable: true }),
      merge(`${SECRETS}/b`, { data: null }),
    ],
  },
  {
    name: 'checks the keys and the size of data',
    steps: [
      post(CONFIG_MAPS, configMap('a', { 'bad key': 'v' })),
      post(CONFIG_MAPS, configMap('a', { '..': 'v' })),
      post(CONFIG_MAPS, { metadata: { name: 'a' }, data: { k: 'v' }, binaryData: { k: 'YQ==' } }),
      post(CONFIG_MAPS, configMap('a', { k: 'x'.repeat(1024 * 1024 + 1) })),
    ],
  },
  {
    name: 'checks leases',
    steps: [
      post(LEASES, { metadata: { name: 'a' } }),
      put(`${LEASES}/b`, { metadata: { name: 'b' }, spec: { holderIdentity: 'me', renewTime: '2026-01-01T00:00:00.123456Z' } }),
      post(LEASES, { metadata: { name: 'c' }, spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }),
      post(LEASES, { metadata: { name: 'c' }, spec: { renewTime: '2026-01-01T00:00:00Z' } }),
      post(LEASES, { metadata: { name: 'c' }, spec: { leaseDurationSeconds: 1.5 } }),
      put(`${LEASES}/a`, { metadata: { name: 'a' }, spec: {} }),
    ],
  },
  {
    name: 'serves events in two groups',
    steps: [
      post(EVENTS, {
        metadata: { name: 'a' },
        involvedObject: { kind: 'Pod', name: 'p', namespace: '{ns}' },
        reason: 'R',
        message: 'm',
        type: 'Normal',
      }),
      get(`${NEW_EVENTS}/a`),
      get(`${EVENTS}/a`, TABLE),
      post(EVENTS, { metadata: { name: 'b' }, involvedObject: { kind: 'Pod', name: 'p', namespace: 'other' } }),
      post(NEW_EVENTS, { metadata: { name: 'b' }, regarding: { kind: 'Pod', name: 'p', namespace: '{ns}' } }),
      post(NEW_EVENTS, {
        metadata: { name: 'c' },
        regarding: { kind: 'Pod', name: 'p', namespace: '{ns}' },
        type: 'Normal',
        reason: 'R',
        action: 'A',
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingController: 'example.com/c',
        reportingInstance: 'i',
      }),
      merge(`${NEW_EVENTS}/c`, { reason: 'Other', note: 'more' }),
      merge(`${EVENTS}/c`, { reason: 'Other' }),
      get(`${EVENTS}?fieldSelector=involvedObject.name%3Dp,type!%3DNormal`),
    ],
  },
  {
    name: 'stores pods with the defaults of the API',
    steps: [
      post(PODS, { metadata: { name: 'a' }, spec: { containers: [{ name: 'c', image: 'i' }] } }),
      merge(`${PODS}/a/status`, { status: { phase: 'Running' } }),
      get(`${PODS}/a`, TABLE),
      jsonPatch(`${PODS}/a`, [{ op: 'replace', path: '/spec/containers/0/image', value: 'other:1' }]),
      post(PODS, { metadata: { name: 'b' }, spec: {} }),
      post(PODS, { metadata: { name: 'b' }, spec: { containers: [{ name: 'c', image: 5 }] } }),
      post(PODS, { metadata: { name: 'b' }, spec: { containers: [{ name: 'c', image: 'i', odd: 1 }] } }, { headers: { 'x-test': '1' } }),
      get(`${PODS}?fieldSelector=status.phase%3DRunning`, { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' }),
      remove(`${PODS}/a?gracePeriodSeconds=0`),
    ],
  },
  {
    name: 'stores headless services',
    steps: [
      post(SERVICES, { metadata: { name: 'a' }, spec: { clusterIP: 'None', selector: { app: 'a' }, ports: [{ port: 80 }] } }),
      post(SERVICES, { metadata: { name: 'b' }, spec: { clusterIP: 'None', ports: [{ port: 80 }, { port: 81 }] } }),
      post(SERVICES, { metadata: { name: 'b' }, spec: { clusterIP: 'None', ports: [{ port: 70000 }] } }),
      merge(`${SERVICES}/a`, { metadata: { labels: { x: 'y' } } }),
      get(`${SERVICES}/a`, TABLE),
    ],
  },
  {
    name: 'stores deployments and scales them',
    steps: [
      post(DEPLOYMENTS, deployment('a')),
      get(`${DEPLOYMENTS}/a/scale`),
      merge(`${DEPLOYMENTS}/a/scale`, { spec: { replicas: 3 } }),
      put(`${DEPLOYMENTS}/a/scale`, { metadata: { name: 'a' }, spec: { replicas: 2 } }),
      put(`${DEPLOYMENTS}/a/scale`, { metadata: { name: 'b' }, spec: { replicas: 2 } }),
      merge(`${DEPLOYMENTS}/a/scale`, { spec: { replicas: -1 } }),
      get(`${DEPLOYMENTS}/none/scale`),
      merge(`${DEPLOYMENTS}/a/status`, { status: { replicas: 2, readyReplicas: 1, updatedReplicas: 1, observedGeneration: 2 } }),
      get(`${DEPLOYMENTS}/a`, TABLE),
      remove(`${DEPLOYMENTS}/a/scale`),
    ],
  },
  {
    name: 'checks deployments',
    steps: [
      post(DEPLOYMENTS, { metadata: { name: 'a' }, spec: {} }),
      post(DEPLOYMENTS, deployment('a', { selector: { matchLabels: { app: 'other' } } })),
      post(DEPLOYMENTS, deployment('a', { selector: {} })),
      post(DEPLOYMENTS, deployment('a', { replicas: -1 })),
      post(DEPLOYMENTS, deployment('a')),
      merge(`${DEPLOYMENTS}/a`, { spec: { selector: { matchLabels: { app: 'b' } }, template: { metadata: { labels: { app: 'b' } } } } }),
    ],
  },
  {
    name: 'guards namespaces',
    steps: [
      merge('/api/v1/namespaces/{ns}', { spec: { finalizers: ['a.b/c'] } }),
      merge('/api/v1/namespaces/{ns}/status', { status: { phase: 'Odd' } }),
      merge('/api/v1/namespaces/{ns}', { metadata: { labels: { 'kubernetes.io/metadata.name': null } } }),
      remove('/api/v1/namespaces/kube-system'),
      remove('/api/v1/namespaces/default'),
      get('/api/v1/namespaces/{ns}', TABLE),
      post('/api/v1/namespaces/none-{ns}/configmaps', configMap('a', {})),
      get('/api/v1/namespaces/none-{ns}/configmaps'),
      get('/api/v1/namespaces/none-{ns}/configmaps/a'),
    ],
  },
  {
    name: 'refuses definitions without what they need',
    isIndependent: true,
    steps: [
      post(DEFINITIONS, { metadata: { name: 'x.y' } }),
      post(DEFINITIONS, definition('wrong', { versions: [version('v1')] })),
      post(DEFINITIONS, definition(THINGS, { versions: [] })),
      post(DEFINITIONS, definition(THINGS, { versions: [version('v1'), version('v1')] })),
      post(DEFINITIONS, definition(THINGS, { versions: [version('v1', { storage: false })] })),
      post(DEFINITIONS, definition(THINGS, { versions: [version('v1')], scope: 'Odd' })),
      post(DEFINITIONS, definition(THINGS, { versions: [version('v1', { schema: {} })] })),
    ],
  },
  {
    name: 'refuses schemas that are not structural',
    isIndependent: true,
    steps: [
      post(DEFINITIONS, definition(THINGS, { versions: [version('v1', { schema: { openAPIV3Schema: {} } })] })),
      post(DEFINITIONS, definition(THINGS, { versions: [withSchema({ spec: {} })] })),
      post(DEFINITIONS, definition(THINGS, { versions: [withSchema({ spec: { type: 'array', items: {} } })] })),
    ],
  },
  {
    name: 'defines a kind, changes it, and keeps what may not change',
    steps: [
      post(
        DEFINITIONS,
        definition(THINGS, { versions: [withSchema({ spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } })] }),
      ),
      jsonPatch(`${DEFINITIONS}/${THINGS}`, [{ op: 'replace', path: '/spec/versions/0/name', value: 'v2' }]),
      // Not its deletion: what a real server answers depends on whether its controllers have accepted the names by then.
    ],
  },
];
