// What random requests found: each class of differences to the real server that they met, once more without chance.

import type { Json } from './case.js';
import { APPLY, CONFIG_MAPS, JSON_PATCH, MERGE, SAMPLES, STRATEGIC, configMap } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { get, jsonPatch, merge, post, put, remove, strategic } from './scenario.js';

const PODS = '/api/v1/namespaces/{ns}/pods';
const SERVICES = '/api/v1/namespaces/{ns}/services';
const ACCOUNTS = '/api/v1/namespaces/{ns}/serviceaccounts';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/{ns}/deployments';
const ROLES = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/roles';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

type JsonMap = { readonly [key: string]: Json };

const sent = (path: string, text: string, contentType: string): ScenarioStep => ({ method: 'PATCH', path, text, contentType });
const applied = (path: string, body: Json): ScenarioStep => ({ method: 'PATCH', path, body, contentType: APPLY });
const sample = (name: string, rest: JsonMap = {}, meta: JsonMap = {}): JsonMap => ({
  apiVersion: '{group}/v1',
  kind: 'Sample',
  metadata: { name, ...meta },
  ...rest,
});
const pod = (name: string, meta: JsonMap = {}): JsonMap => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...meta },
  spec: { containers: [{ name: 'a', image: 'i' }] },
});
const serviceOf = (name: string): JsonMap => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } });
const template: Json = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'i' }] } };
const deployment: Json = { metadata: { name: 'a' }, spec: { selector: { matchLabels: { app: 'a' } }, template } };

const version = (name: string, more: JsonMap = {}): Json => ({
  name,
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object' } },
  ...more,
});
const definition = (versions: Json): Json => ({
  metadata: { name: 'things.{ns}.{group}' },
  spec: { group: '{ns}.{group}', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions },
});

const BROKEN = ['{"a":', '{}x', '{,}', '', 'null', '"x"', '42', '[]', '[null,{"a":null}]', '[1]'];
const UNFINISHED = [
  '{',
  '{"a"',
  '{"a":',
  '{"a":[',
  '{"a":["b"',
  '{"a":["b",',
  '{"a":["b"]',
  '{"a":{"b":"c',
  '{"a":{"b":"c"',
  '{"a":{"b":"c"},',
];
const TWICE = '{"metadata":{},"metadata":{"labels":{"tier":"gold"}},"odd":1}';
const ODD_PART = '[{"metadata":{},"op":"add","path":"/odd","value":1}]';
const REFUSED_PART = '[{"metadata":{},"op":"add","path":"/metadata/resourceVersion","value":1}]';

const PATCHES: readonly Scenario[] = [
  {
    name: 'refuses broken patches in other words when no fields are checked',
    steps: [
      post(CONFIG_MAPS, configMap('a', {})),
      ...['', '?fieldValidation=Ignore'].flatMap((query) =>
        BROKEN.flatMap((text) => [MERGE, JSON_PATCH, STRATEGIC].map((type) => sent(`${CONFIG_MAPS}/a${query}`, text, type))),
      ),
    ],
  },
  {
    name: 'refuses what a strict patch names twice, and parts that no operation has; warns only when the patch counts',
    steps: [
      post(CONFIG_MAPS, configMap('a', {})),
      post(SAMPLES, sample('a')),
      ...['Strict', 'Warn', 'Ignore'].flatMap((validation) => {
        const path = `${CONFIG_MAPS}/a?dryRun=All&fieldValidation=${validation}`;
        return [
          sent(path, TWICE, MERGE),
          sent(path, TWICE, STRATEGIC),
          sent(path, '{"metadata":{},"metadata":{"creationTimestamp":1}}', MERGE),
          sent(`${SAMPLES}/a?fieldValidation=${validation}`, '{"spec":{"zz":1,"aa":2}}', MERGE),
          sent(path, ODD_PART, JSON_PATCH),
          sent(path, REFUSED_PART, JSON_PATCH),
        ];
      }),
    ],
  },
  {
    name: 'reports of a patched object, and of metadata, what comes first by the order of its fields',
    steps: [
      post(SAMPLES, sample('a', {}, { name: 3, finalizers: [1] })),
      post(CONFIG_MAPS, configMap('a', {})),
      merge(`${CONFIG_MAPS}/a`, { metadata: { generation: 'x' }, binaryData: { b: 'no' } }),
      jsonPatch(`${CONFIG_MAPS}/a`, [
        { op: 'add', path: '/metadata/generation', value: 'x' },
        { op: 'add', path: '/binaryData', value: { b: 'no' } },
      ]),
    ],
  },
  {
    name: 'quotes a strategic merge patch without the marks that merging took out',
    steps: [
      post(CONFIG_MAPS, configMap('a', {})),
      strategic(`${CONFIG_MAPS}/a`, { $patch: 'replace', metadata: { generation: 'x' } }),
      strategic(`${CONFIG_MAPS}/a`, { metadata: { $patch: 'replace', generation: 'x' } }),
    ],
  },
  {
    name: 'reads nothing of a patched object without a version',
    steps: [
      post(CONFIG_MAPS, configMap('a', {})),
      ...['', '?fieldValidation=Strict'].flatMap((query) => [
        merge(`${CONFIG_MAPS}/a${query}`, { apiVersion: null, data: { a: 1 } }),
        merge(`${CONFIG_MAPS}/a${query}`, { apiVersion: null, kind: null, data: { a: 1 } }),
      ]),
    ],
  },
  {
    name: 'refuses another kind or version of a custom resource together with wrong metadata, and after a conflict',
    steps: [
      post(SAMPLES, sample('a')),
      merge(`${SAMPLES}/a`, { apiVersion: 'x', metadata: { deletionGracePeriodSeconds: 7 } }),
      merge(`${SAMPLES}/a`, { kind: 'X', metadata: { labels: { 'bad key': 'v' } } }),
      merge(`${SAMPLES}/a`, { apiVersion: 'x', metadata: { resourceVersion: '1' } }),
      merge(`${SAMPLES}/a`, { kind: 'X', metadata: { resourceVersion: '1' } }),
    ],
  },
];

const APPLIED: readonly Scenario[] = [
  {
    name: 'drops times that apply cannot read from custom resources',
    steps: [
      applied(`${SAMPLES}/a?fieldManager=one`, sample('a', {}, { deletionTimestamp: 'never' })),
      applied(`${SAMPLES}/a?fieldManager=two`, sample('a', {}, { creationTimestamp: 1 })),
      applied(`${CONFIG_MAPS}/a?fieldManager=one`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', deletionTimestamp: 'never' },
      }),
    ],
  },
  {
    name: 'gives back the version that a dry run of apply creates with',
    steps: [
      applied(`${CONFIG_MAPS}/a?fieldManager=one&dryRun=All`, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a', resourceVersion: '1' },
      }),
      applied(`${SAMPLES}/a?fieldManager=one&dryRun=All`, sample('a', {}, { resourceVersion: '1' })),
    ],
  },
  {
    name: 'warns of short finalizers that apply creates with',
    steps: [
      applied(`${PODS}/Bad_Name?fieldManager=one`, pod('Bad_Name')),
      applied(`${SAMPLES}/a?fieldManager=one`, sample('a', {}, { finalizers: ['bad'] })),
      applied(`${SAMPLES}/a?fieldManager=one`, sample('a', {}, { finalizers: ['bad'] })),
    ],
  },
  {
    name: 'refuses null where apply merges a text that must be one of some',
    steps: [applied(`${SAMPLES}/a?fieldManager=one`, sample('a', { spec: { mode: null } }))],
  },
  {
    name: 'says what is missing where YAML in braces ends',
    isIndependent: true,
    steps: UNFINISHED.map((text) => sent(`${CONFIG_MAPS}/a?fieldManager=one`, text, APPLY)),
  },
];

const KINDS: readonly Scenario[] = [
  {
    name: 'finds no address for a service without a name, and none that is none',
    steps: [
      post(`${SERVICES}?dryRun=All`, {}),
      post(SERVICES, { spec: { clusterIP: 'None' } }),
      post(SERVICES, { spec: { type: 'ExternalName' } }),
      put(`${SERVICES}/a`, { metadata: { name: 'a' }, spec: { clusterIP: 'text' } }),
      put(`${SERVICES}/b/status`, { metadata: { name: 'b' }, spec: { selector: { a: 'b' } } }),
      put(`${SERVICES}/b/status`, { metadata: { name: 'b' }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } }),
      put(`${SERVICES}/b/status`, { metadata: { name: 'b' }, spec: { selector: { a: 'b' }, ports: [{ port: 80 }] } }),
      put(`${SERVICES}/a?dryRun=All`, { metadata: { name: 'a' }, spec: { clusterIP: 'text' } }),
    ],
  },
  {
    name: 'counts other annotations of a deployment as a new generation',
    steps: [
      post(DEPLOYMENTS, deployment),
      merge(`${DEPLOYMENTS}/a`, { metadata: { annotations: { a: 'b' } } }),
      merge(`${DEPLOYMENTS}/a`, { metadata: { annotations: { a: 'b' }, labels: { a: 'b' } } }),
      merge(`${DEPLOYMENTS}/a`, { metadata: { annotations: null } }),
      merge(`${DEPLOYMENTS}/a`, { metadata: { annotations: {} } }),
      merge(`${DEPLOYMENTS}/a/scale`, { metadata: { finalizers: ['bad'] } }),
    ],
  },
  {
    name: 'refuses to apply the status of a service that is not there for what the service would lack',
    isIndependent: true,
    steps: [
      {},
      { spec: { ports: [{ port: 1 }] } },
      { spec: { ports: [{ port: 1 }], clusterIP: '10.0.0.9' } },
      { spec: { ports: [{ port: 1 }], clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] } },
      { spec: { clusterIP: 'None' } },
      { spec: { clusterIP: 'None', clusterIPs: ['None'] } },
      { spec: { clusterIP: 'x', ports: [{ port: 1 }] } },
      { spec: { type: 'ExternalName', externalName: 'a.b' } },
      { spec: { type: 'ExternalName', externalName: 'A_B' } },
      { spec: { type: 'ExternalName' } },
      { spec: { ports: [{ port: 0 }] } },
      { spec: { ports: [{ port: 1 }, { port: 2 }] } },
      { spec: { ports: [{ port: 1, name: 'A' }] } },
      { status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } },
      { status: { loadBalancer: { ingress: [{ ip: 'x' }] } } },
      { metadata: { name: 'a', finalizers: ['odd'] } },
      { metadata: { name: 'a', uid: '1' } },
      { metadata: { name: 'a', resourceVersion: '1' } },
      { metadata: { name: 'b' } },
    ].flatMap((rest) => {
      const body = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, ...rest };
      return applied(`${SERVICES}/a/status?fieldManager=one&dryRun=All`, body);
    }),
  },
  {
    name: 'makes a service that its status applies',
    steps: [
      applied(`${SERVICES}/a/status?fieldManager=one`, { ...serviceOf('a'), spec: { ports: [{ port: 1 }] } }),
      get(`${SERVICES}/a`),
      applied(`${SERVICES}/a/status?fieldManager=one`, { ...serviceOf('a'), spec: { clusterIP: '10.0.0.9' } }),
      applied(`${SERVICES}/b/status?fieldManager=one`, { ...serviceOf('b'), spec: { type: 'ExternalName', externalName: 'a.b' } }),
      applied(`${SERVICES}/c/status?fieldManager=one`, {
        ...serviceOf('c'),
        spec: { clusterIP: 'None', clusterIPs: ['None'], selector: { a: 'b' } },
      }),
    ],
  },
  {
    name: 'reports unknown metadata of a custom resource in the order of its names',
    isIndependent: true,
    steps: [
      ['POST', `${SAMPLES}?dryRun=All`],
      ['POST', `${CONFIG_MAPS}?dryRun=All`],
      ['POST', `${SAMPLES}?fieldValidation=Strict`],
    ].flatMap(([method, path]) =>
      [
        '"zz":1,"odd":1,"metadata":"","ownerReferences":[{"zz":1,"apiVersion":"v1","kind":"A","name":"a","uid":"1","odd":1}]',
        '"zz":1,"odd":1,"name":"a","metadata":""',
      ].map((meta) => ({
        method: method as 'POST',
        path: path ?? '',
        text: `{"apiVersion":"${path?.startsWith(SAMPLES) === true ? '{group}/v1' : 'v1'}","kind":"${path?.startsWith(SAMPLES) === true ? 'Sample' : 'ConfigMap'}","metadata":{"name":"a",${meta}}}`,
      })),
    ),
  },
  {
    name: 'reads the version of a status before it refuses what the service would lack',
    steps: ['abc', '1', ''].map((resourceVersion) =>
      put(`${SERVICES}/a/status`, { metadata: { name: 'a', resourceVersion }, spec: { clusterIP: 'None', ports: [{ port: 1 }] } }),
    ),
  },
  {
    name: 'counts each stored version of a definition once',
    isIndependent: true,
    steps: [
      post(DEFINITIONS, definition([version('v1', { subresources: { status: {} } }), version('v2')])),
      post(
        DEFINITIONS,
        definition([version('v1', { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '.a' }] }), version('v2')]),
      ),
      post(DEFINITIONS, definition([version('v1', { storage: false }), version('v2', { storage: false })])),
    ],
  },
  {
    name: 'removes what was created as a deleted pod without marking it',
    steps: [
      applied(`${PODS}/a?fieldManager=one`, pod('a', { deletionTimestamp: '2020-01-01T00:00:00Z' })),
      remove(`${PODS}/a`),
      get(`${PODS}/a`),
    ],
  },
  {
    name: 'knows no pages of a list of any version',
    steps: [
      ...['a', 'b', 'c'].flatMap((name) => [post(CONFIG_MAPS, configMap(name, {})), post(SAMPLES, sample(name))]),
      ...[CONFIG_MAPS, SAMPLES].flatMap((path) => [get(`${path}?limit=1&resourceVersion=0`), get(`${path}?limit=1`)]),
    ],
  },
  {
    name: 'takes service accounts whose secrets have no names, and applies nothing to them',
    steps: [
      post(ACCOUNTS, { metadata: { name: 'a' }, secrets: [{}], imagePullSecrets: [{ name: 'y' }] }),
      applied(`${ACCOUNTS}/a?fieldManager=one`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } }),
    ],
  },
];

const REFUSALS: readonly Scenario[] = [
  {
    name: 'quotes nulls in lists, formats, and members that are named twice, as Go does',
    steps: [
      post(CONFIG_MAPS, configMap('a', {})),
      applied(`${CONFIG_MAPS}/a?fieldManager=one`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: [null] } }),
      post(SAMPLES, sample('a', { spec: { when: 1 } })),
      post(SAMPLES, sample('a', { spec: { when: 1.5 } })),
      post(SAMPLES, sample('a', { spec: { when: true } })),
      post(SAMPLES, sample('a', { spec: { when: {} } })),
      post(SAMPLES, sample('a', { spec: { when: [] } })),
      ...['Strict', 'Warn', 'Ignore'].map((validation) =>
        sent(
          `${CONFIG_MAPS}/a?fieldValidation=${validation}`,
          '[{"op":"add","op":"add","odd":1,"path":"/data","value":{"a":"c"}}]',
          JSON_PATCH,
        ),
      ),
      jsonPatch(`${CONFIG_MAPS}/a`, [
        { op: 'replace', path: '/metadata/name', value: null, odd: 1 },
        { op: 'add', path: '/apiVersion', value: null },
      ]),
    ],
  },
  {
    name: 'reads of a patched object without its version only the metadata, and of a built-in one nothing else than its version',
    steps: [
      post(SAMPLES, sample('a', { spec: { size: 1 } })),
      merge(`${SAMPLES}/a`, { apiVersion: null }),
      merge(`${SAMPLES}/a`, { apiVersion: null, metadata: { resourceVersion: 3 } }),
      merge(`${SAMPLES}/a?fieldValidation=Strict`, { apiVersion: null, odd: 1, spec: { odd: 1, size: 'x' } }),
      merge(`${SAMPLES}/a?fieldValidation=Strict`, { apiVersion: null, metadata: { odd: 1 } }),
      post(CONFIG_MAPS, configMap('a', {})),
      jsonPatch(`${CONFIG_MAPS}/a`, [{ op: 'move', from: '/kind', path: '/apiVersion' }]),
      jsonPatch(`${CONFIG_MAPS}/a`, [
        { op: 'remove', path: '/kind' },
        { op: 'replace', path: '/apiVersion', value: 'apps/v1' },
      ]),
      merge(`${CONFIG_MAPS}/a`, { kind: null, apiVersion: 'v2' }),
      merge(`${CONFIG_MAPS}/a`, { kind: null, data: { a: 'b' } }),
      merge(`${CONFIG_MAPS}/a`, { kind: null, apiVersion: null, data: { a: 'c' } }),
    ],
  },
  {
    name: 'asks twice for the version when the last finalizer falls with the deletion, and is never right then',
    steps: [
      post(CONFIG_MAPS, configMap('a', {}, { finalizers: ['orphan'] }), { save: { rv: 'metadata.resourceVersion', uid: 'metadata.uid' } }),
      remove(`${CONFIG_MAPS}/a`, { propagationPolicy: 'Background', preconditions: { resourceVersion: '{rv}' } }),
      remove(`${CONFIG_MAPS}/a`, { propagationPolicy: 'Background', preconditions: { resourceVersion: '{rv}' }, dryRun: ['All'] }),
      remove(`${CONFIG_MAPS}/a`, { propagationPolicy: 'Background', preconditions: { uid: '{uid}' }, dryRun: ['All'] }),
      remove(`${CONFIG_MAPS}/a`, { propagationPolicy: 'Background', preconditions: { uid: '{uid}' } }),
      post(SAMPLES, sample('a', {}, { finalizers: ['foregroundDeletion'] }), { save: { rv: 'metadata.resourceVersion' } }),
      remove(`${SAMPLES}/a`, { propagationPolicy: 'Background', preconditions: { resourceVersion: '{rv}' } }),
      remove(`${SAMPLES}/a`, { propagationPolicy: 'Background' }),
      post(PODS, pod('a', { finalizers: ['orphan'] }), { save: { rv: 'metadata.resourceVersion' } }),
      remove(`${PODS}/a`, { propagationPolicy: 'Background', preconditions: { resourceVersion: '{rv}' } }),
    ],
  },
  {
    name: 'says of a name that is taken that it could not be generated, when a new one could be',
    steps: [
      post(SAMPLES, sample('a', {}, { generateName: 'gen-', finalizers: ['x.y/z'] })),
      post(SAMPLES, sample('a', {}, { generateName: 'gen-' })),
      post(`${SAMPLES}?dryRun=All`, sample('a', {}, { generateName: 'gen-' })),
      remove(`${SAMPLES}/a`),
      post(SAMPLES, sample('a', {}, { generateName: 'gen-' })),
      post(CONFIG_MAPS, configMap('a', {})),
      post(CONFIG_MAPS, configMap('a', {}, { generateName: 'gen-' })),
    ],
  },
  {
    name: 'shows the empty rules of a role that goes with its last finalizer',
    steps: [
      post(ROLES, { metadata: { name: 'a', finalizers: ['x.y/z'] }, rules: [] }),
      remove(`${ROLES}/a`),
      put(`${ROLES}/a`, { metadata: { name: 'a' }, rules: [] }),
      post(ROLES, { metadata: { name: 'a', finalizers: ['x.y/z'] } }),
      remove(`${ROLES}/a`),
      merge(`${ROLES}/a`, { metadata: { finalizers: null }, rules: [] }),
      post(ROLES, { metadata: { name: 'a', finalizers: ['x.y/z'] } }),
      remove(`${ROLES}/a`),
      merge(`${ROLES}/a`, { metadata: { finalizers: null } }),
    ],
  },
  {
    name: 'takes a status out of a custom resource of another kind or version, which nobody owns then',
    steps: [
      post(SAMPLES, sample('a', { spec: { size: 1 } })),
      merge(`${SAMPLES}/a/status`, { apiVersion: 'x', status: { a: 1 } }),
      get(`${SAMPLES}/a`),
      merge(`${SAMPLES}/a/status`, { kind: 'Odd', status: { a: 2 } }, { save: { rv: 'metadata.resourceVersion' } }),
      put(`${SAMPLES}/a/status`, {
        apiVersion: '{group}/v1',
        kind: 'Odd',
        metadata: { name: 'a', resourceVersion: '{rv}' },
        status: { a: 3 },
      }),
      put(`${SAMPLES}/a/status`, { apiVersion: '{group}/v2', kind: 'Sample', metadata: { name: 'a' }, status: { a: 4 } }),
      merge(`${SAMPLES}/a`, { apiVersion: 'x', status: { a: 1 } }),
    ],
  },
  {
    name: 'warns of unknown fields before it looks at the version, and of those of the metadata whatever the kind is',
    steps: [
      post(SAMPLES, { kind: 'Sample', metadata: { name: 'a', odd: 1 }, spec: { odd: 1 } }),
      post(`${SAMPLES}?fieldValidation=Strict`, { kind: 'Sample', metadata: { name: 'a', odd: 1 }, spec: { odd: 1 } }),
      post(SAMPLES, { apiVersion: 'other/v1', kind: 'Sample', metadata: { name: 'a', odd: 1 }, spec: { odd: 1 } }),
      post(SAMPLES, { apiVersion: '{group}/v2', kind: 'Sample', metadata: { name: 'a', odd: 1 }, spec: { odd: 1 } }),
      post(SAMPLES, { apiVersion: '{group}/v1', kind: 'Odd', metadata: { name: 'a', odd: 1 }, spec: { odd: 1 } }),
      post(`${SAMPLES}?fieldValidation=Strict`, {
        apiVersion: '{group}/v1',
        kind: 'Odd',
        metadata: { name: 'a', odd: 1 },
        spec: { odd: 1 },
      }),
    ],
  },
  {
    name: 'refuses policies of restarts that it does not know, and generations below zero',
    steps: [
      post(PODS, { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'i' }], restartPolicy: 'text' } }),
      post(PODS, { metadata: { name: 'a' }, spec: { restartPolicy: 'text' } }),
      ...['Never', 'text'].map((restartPolicy) =>
        post(DEPLOYMENTS, {
          metadata: { name: 'a' },
          spec: {
            selector: { matchLabels: { app: 'a' } },
            template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'i' }], restartPolicy } },
          },
        }),
      ),
      post(ACCOUNTS, { metadata: { name: 'a', generation: -1 } }),
      post(CONFIG_MAPS, configMap('a', {}, { generation: -1 })),
      post(SAMPLES, sample('a', {}, { generation: -1 })),
    ],
  },
  {
    name: 'lists one object by its name in a version that is not older, also with a limit',
    steps: [
      post(CONFIG_MAPS, configMap('a', {}), { save: { rv: 'metadata.resourceVersion' } }),
      post(CONFIG_MAPS, configMap('b', {})),
      get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Db&limit=1&resourceVersion={rv}`),
      get(`${CONFIG_MAPS}?limit=1&resourceVersion={rv}`),
      get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Db&limit=1&resourceVersion={rv}&resourceVersionMatch=Exact`),
    ],
  },
  {
    name: 'looks at nothing else of a service that would need a second family of addresses',
    steps: [
      post(SERVICES, { ...serviceOf('a'), spec: { clusterIP: 'None', ports: [{ port: 1 }] } }),
      merge(`${SERVICES}/a`, { spec: { selector: { a: 'b' }, ports: [{ port: 1 }, { port: 0 }] } }),
      merge(`${SERVICES}/a`, { metadata: { labels: { '-': '-' } }, spec: { selector: { a: 'b' } } }),
      merge(`${SERVICES}/a?dryRun=All`, { spec: { selector: { a: 'b' } } }),
      merge(`${SERVICES}/a`, { spec: { ports: [{ port: 1 }, { port: 0 }] } }),
    ],
  },
  {
    name: 'refuses a negative generation of a Scale',
    steps: [post(DEPLOYMENTS, deployment), merge(`${DEPLOYMENTS}/a/scale`, { metadata: { generation: -1 } })],
  },
];

export const FOUND_SCENARIOS: readonly Scenario[] = [...PATCHES, ...APPLIED, ...KINDS, ...REFUSALS];
