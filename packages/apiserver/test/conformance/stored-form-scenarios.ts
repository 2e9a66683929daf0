// Writes that change nothing one can see, and yet are changes: the stored text has another form. Versions are told by preconditions.

import type { Json } from './case.js';
import { APPLY, CONFIG_MAPS, SAMPLES } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { get, jsonPatch, merge, post, put, strategic } from './scenario.js';

type JsonMap = { readonly [key: string]: Json };

const SECRETS = '/api/v1/namespaces/{ns}/secrets';
const PLAINS = '/apis/{group}/v2/plains';
const PODS = '/api/v1/namespaces/{ns}/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/{ns}/deployments';
const ACCOUNTS = '/api/v1/namespaces/{ns}/serviceaccounts';
const BINDINGS = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings';
const SAVE = { save: { version: 'metadata.resourceVersion' } };

const applied = (path: string, body: Json, rest: Partial<ScenarioStep> = {}): ScenarioStep => ({
  method: 'PATCH',
  path: `${path}?fieldManager=one`,
  body,
  contentType: APPLY,
  ...rest,
});
/** Refused when the version is another than the saved one. */
const isSame = (path: string): ScenarioStep =>
  merge(`${path}?dryRun=All`, { metadata: { resourceVersion: '{version}', labels: { probe: 'x' } } });
const plain = (metadata: JsonMap): Json => ({
  apiVersion: '{group}/v2',
  kind: 'Plain',
  metadata: { name: '{ns}', ...metadata },
  other: { deep: {} },
});
const sample = (metadata: JsonMap): Json => ({ apiVersion: '{group}/v1', kind: 'Sample', metadata: { name: 'a', ...metadata }, spec: {} });
const template: Json = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'i' }] } };

const samples = (name: string, metadata: JsonMap): Scenario => ({
  name,
  steps: [
    applied(`${SAMPLES}/a`, sample(metadata), SAVE),
    isSame(`${SAMPLES}/a`),
    merge(`${SAMPLES}/a`, {}),
    isSame(`${SAMPLES}/a`),
    get(`${SAMPLES}/a`, SAVE),
    merge(`${SAMPLES}/a`, {}),
    isSame(`${SAMPLES}/a`),
  ],
});

export const STORED_FORM_SCENARIOS: readonly Scenario[] = [
  {
    name: 'stores applied metadata as it came, so that the next write is a change',
    steps: [
      applied(`${PLAINS}/{ns}`, plain({ namespace: '' }), SAVE),
      isSame(`${PLAINS}/{ns}`),
      applied(`${PLAINS}/{ns}`, plain({})),
      isSame(`${PLAINS}/{ns}`),
      get(`${PLAINS}/{ns}`, SAVE),
      applied(`${PLAINS}/{ns}`, plain({})),
      isSame(`${PLAINS}/{ns}`),
    ],
  },
  samples('stores applied labels without members as such', { labels: {} }),
  samples('stores an applied time of deletion that cannot be read', { deletionTimestamp: 'never' }),
  samples('stores annotations that are none', { annotations: { a: null } }),
  samples('stores finalizers without members, and an empty prefix of names', { finalizers: [], generateName: '' }),
  samples('writes the namespace of an applied object itself', { namespace: '' }),
  {
    name: 'stores bytes that are null as such, so that the next write is a change',
    steps: [
      post(SECRETS, { metadata: { name: 'a' }, data: { k: null } }, SAVE),
      strategic(`${SECRETS}/a`, {}),
      isSame(`${SECRETS}/a`),
      get(`${SECRETS}/a`, SAVE),
      strategic(`${SECRETS}/a`, {}),
      isSame(`${SECRETS}/a`),
      jsonPatch(`${SECRETS}/a`, [{ op: 'replace', path: '/data/k', value: null }]),
      isSame(`${SECRETS}/a`),
      post(CONFIG_MAPS, { metadata: { name: 'a' }, binaryData: { k: null }, data: { l: null } }, SAVE),
      strategic(`${CONFIG_MAPS}/a`, {}),
      isSame(`${CONFIG_MAPS}/a`),
      post(CONFIG_MAPS, { metadata: { name: 'b' }, data: { l: null }, binaryData: {} }, SAVE),
      strategic(`${CONFIG_MAPS}/b`, {}),
      isSame(`${CONFIG_MAPS}/b`),
    ],
  },
  {
    name: 'takes a map without members for a change of an immutable object',
    steps: [
      post(SECRETS, { metadata: { name: 'a' }, immutable: true }),
      put(`${SECRETS}/a`, { metadata: { name: 'a' }, immutable: true }),
      put(`${SECRETS}/a`, { metadata: { name: 'a' }, immutable: true, data: {} }),
      put(`${SECRETS}/a`, { metadata: { name: 'a' }, immutable: true, stringData: {} }),
      put(`${SECRETS}/a`, { metadata: { name: 'a' }, immutable: true, data: null }),
      merge(`${SECRETS}/a`, { data: {} }),
      merge(`${SECRETS}/a`, { data: { a: null } }),
      strategic(`${SECRETS}/a`, { data: {} }),
      jsonPatch(`${SECRETS}/a`, [{ op: 'add', path: '/data', value: {} }]),
      applied(`${SECRETS}/a`, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data: {} }),
      put(`${SECRETS}/a`, { metadata: { name: 'a' }, immutable: false, data: {} }),
      post(SECRETS, { metadata: { name: 'b' }, immutable: true, data: { k: '' } }),
      put(`${SECRETS}/b`, { metadata: { name: 'b' }, immutable: true, data: { k: '' } }),
      put(`${SECRETS}/b`, { metadata: { name: 'b' }, immutable: true, data: { k: null } }),
      put(`${SECRETS}/b`, { metadata: { name: 'b' }, immutable: true, data: { k: null }, stringData: { k: '' } }),
      post(CONFIG_MAPS, { metadata: { name: 'a' }, immutable: true }),
      put(`${CONFIG_MAPS}/a`, { metadata: { name: 'a' }, immutable: true, data: {} }),
      put(`${CONFIG_MAPS}/a`, { metadata: { name: 'a' }, immutable: true, binaryData: {} }),
      put(`${CONFIG_MAPS}/a`, { metadata: { name: 'a' }, immutable: true, data: {}, binaryData: {} }),
      merge(`${CONFIG_MAPS}/a`, { data: {} }),
    ],
  },
  {
    name: 'keeps what the status of pods and deployments may not change',
    steps: [
      post(PODS, { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'i' }] } }),
      merge(`${PODS}/a/status`, { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } }),
      merge(`${PODS}/a/status`, { status: { observedGeneration: 3, conditions: [{ type: 'A', status: 'True', observedGeneration: 2 }] } }),
      merge(`${PODS}/a/status`, { status: { observedGeneration: null, conditions: [{ type: 'A', status: 'False' }] } }),
      merge(`${PODS}/a/status`, { status: { qosClass: 'Burstable' } }),
      merge(`${PODS}/a/status`, { status: { qosClass: null } }),
      post(DEPLOYMENTS, { metadata: { name: 'a' }, spec: { selector: { matchLabels: { app: 'a' } }, template } }),
      merge(`${DEPLOYMENTS}/a/status`, { metadata: { labels: { a: 'b' }, annotations: { a: 'b' } } }),
      post(DEPLOYMENTS, { metadata: { name: 'b', labels: { c: 'd' } }, spec: { selector: { matchLabels: { app: 'a' } }, template } }),
      merge(`${DEPLOYMENTS}/b/status`, { metadata: { labels: null } }),
    ],
  },
  {
    name: 'applies members of lists whose key is null',
    steps: [
      post(ACCOUNTS, { metadata: { name: 'a' }, secrets: [{ name: 'x' }] }),
      applied(`${ACCOUNTS}/a`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' }, secrets: [{ name: null }] }),
      applied(`${ACCOUNTS}/a`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' }, secrets: [{ name: null }] }),
      applied(`${ACCOUNTS}/b`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'b' }, secrets: [{ name: null }] }),
      applied(`${ACCOUNTS}/b`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'b' }, secrets: [{ name: 'y' }] }),
      get(`${ACCOUNTS}/b`),
    ],
  },
  {
    name: 'refuses a patch that makes a list of an object',
    steps: [
      post(BINDINGS, { metadata: { name: 'a' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' } }),
      post(SAMPLES, sample({})),
      ...[`${BINDINGS}/a`, `${SAMPLES}/a`].flatMap((path) =>
        [[], ['x.y/z'], [{ a: 1 }], null, 'x', 1, true, {}].map((value) => jsonPatch(path, [{ op: 'replace', path: '', value }])),
      ),
    ],
  },
  {
    name: 'shows the Scale of a custom resource as a table with a date',
    steps: [
      post('/apis/{group}/v1/namespaces/{ns}/counts', {
        apiVersion: '{group}/v1',
        kind: 'Count',
        metadata: { name: 'a' },
        spec: { replicas: 2 },
      }),
      get('/apis/{group}/v1/namespaces/{ns}/counts/a/scale', { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' }),
    ],
  },
  {
    name: 'warns of finalizers without a domain, and of those without a path',
    steps: [
      post(SAMPLES, sample({ finalizers: ['a', 'b.c', 'd.e/f', 'orphan'] })),
      merge(`${SAMPLES}/a`, { metadata: { finalizers: ['a', 'b.c', 'g.h'] } }),
    ],
  },
];
