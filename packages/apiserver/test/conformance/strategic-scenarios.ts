// Strategic merge patches: their directives, the keys and the order of lists, and what they are refused with.

import type { Json } from './case.js';
import { STRATEGIC } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { post } from './scenario.js';

const PODS = '/api/v1/namespaces/{ns}/pods';
const SERVICES = '/api/v1/namespaces/{ns}/services';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/{ns}/deployments';
const CONFIG_MAPS = '/api/v1/namespaces/{ns}/configmaps';
const ACCOUNTS = '/api/v1/namespaces/{ns}/serviceaccounts';

const container = (name: string): Json => ({
  name,
  image: 'i',
  env: [
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
  ],
});
const deployment: Json = {
  metadata: { name: 'a', finalizers: ['x.y/a', 'x.y/b', 'x.y/c'] },
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: {
      metadata: { labels: { app: 'a' } },
      spec: { containers: ['a', 'b', 'c'].map(container), tolerations: [{ key: 'k', operator: 'Exists' }] },
    },
  },
};
const tried = (path: string, body: Json, query = ''): ScenarioStep => ({
  method: 'PATCH',
  path: `${path}?dryRun=All${query}`,
  body,
  contentType: STRATEGIC,
});
const ofTemplate = (spec: Json): Json => ({ spec: { template: { spec } } });
const each = (name: string, first: readonly ScenarioStep[], path: string, patches: readonly Json[]): Scenario => ({
  name,
  steps: [...first, ...patches.map((patch) => tried(path, patch))],
});
const ofDeployment = (name: string, patches: readonly Json[]): Scenario =>
  each(name, [post(DEPLOYMENTS, deployment)], `${DEPLOYMENTS}/a`, patches);

export const STRATEGIC_SCENARIOS: readonly Scenario[] = [
  ofDeployment('merges lists by their keys, deletes and replaces members', [
    ofTemplate({ containers: [{ name: 'b', image: 'j' }] }),
    ofTemplate({
      containers: [
        { name: 'd', image: 'j' },
        { name: 'a', image: 'k' },
      ],
    }),
    ofTemplate({ containers: [{ name: 'b', $patch: 'delete' }] }),
    ofTemplate({ containers: [{ $patch: 'replace' }, { name: 'z', image: 'j' }] }),
    ofTemplate({
      containers: [
        {
          name: 'b',
          env: [
            { name: 'b', $patch: 'delete' },
            { name: 'c', value: '3' },
          ],
        },
      ],
    }),
    ofTemplate({ containers: [{ name: 'b', env: [{ $patch: 'replace', name: 'z' }] }] }),
    ofTemplate({ containers: [{ name: 'n', image: 'j', env: [{ name: 'b', $patch: 'delete' }] }] }),
    ofTemplate({ containers: [{ name: 'n', image: 'j', env: null }] }),
    ofTemplate({
      containers: [
        { name: 'n', image: 'j' },
        { name: 'n', image: 'k' },
      ],
    }),
    ofTemplate({ tolerations: [{ key: 'l', operator: 'Exists' }] }),
    ofTemplate({ imagePullSecrets: [{ name: 'a' }, { name: 'b', $patch: 'delete' }] }),
  ]),
  ofDeployment('orders lists as the patch says', [
    ofTemplate({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }] }),
    ofTemplate({ '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] }),
    ofTemplate({ '$setElementOrder/containers': [{ name: 'd' }, { name: 'a' }], containers: [{ name: 'd', image: 'j' }] }),
    ofTemplate({ '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'd', image: 'j' }] }),
    ofTemplate({ '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'a' }, { name: 'b' }] }),
    ofTemplate({ '$setElementOrder/containers': [] }),
    ofTemplate({ '$setElementOrder/containers': [{}] }),
    ofTemplate({ '$setElementOrder/containers': ['a'] }),
    ofTemplate({ '$setElementOrder/containers': 'a' }),
    ofTemplate({ '$setElementOrder/volumes': [{ name: 'a' }] }),
    ofTemplate({ '$setElementOrder/volumes': [{ name: 'a' }], volumes: [{ name: 'a', emptyDir: {} }] }),
    ofTemplate({ '$setElementOrder/odd': [{ name: 'a' }] }),
    ofTemplate({ '$setElementOrder/securityContext': [{ name: 'a' }] }),
    ofTemplate({ '$setElementOrder/': [] }),
    ofTemplate({ $setElementOrder: [] }),
    { metadata: { '$setElementOrder/finalizers': ['x.y/c', 'x.y/d', 'x.y/a'], finalizers: ['x.y/d'] } },
    { metadata: { '$setElementOrder/labels': ['a'] } },
  ]),
  ofDeployment('merges sets of texts, and deletes from them', [
    { metadata: { finalizers: ['x.y/b'] } },
    { metadata: { finalizers: ['x.y/d', 'x.y/b', 'x.y/d', 'x.y/e'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.y/a', 'x.y/q'] } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': 'x.y/a' } },
    { metadata: { '$deleteFromPrimitiveList/finalizers': null } },
    { metadata: { '$deleteFromPrimitiveList/odd': ['x'] } },
    { metadata: { $deleteFromPrimitiveList: ['x'] } },
    { metadata: { finalizers: [] } },
    { metadata: { finalizers: null } },
    { metadata: { finalizers: [1] } },
    { metadata: { finalizers: [['x']] } },
    { metadata: { finalizers: [{ a: 1 }] } },
    { metadata: { finalizers: 'x' } },
    { metadata: { finalizers: [{ $patch: 'replace' }] } },
  ]),
  ofDeployment('keeps only the keys that a patch wants to keep', [
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
    { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } } },
    { spec: { strategy: { $retainKeys: [], type: 'Recreate' } } },
    { spec: { strategy: { $retainKeys: 'type', type: 'Recreate' } } },
    { spec: { strategy: { type: 'Recreate' } } },
    { metadata: { labels: { $retainKeys: ['a'], a: 'b' } } },
  ]),
  ofDeployment('obeys directives for maps, and refuses others', [
    { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } },
    { spec: { strategy: { $patch: 'delete' } } },
    { spec: { strategy: { $patch: 'merge', type: 'Recreate' } } },
    { spec: { strategy: { $patch: 1 } } },
    { spec: { strategy: { $patch: null } } },
    { spec: { strategy: { $odd: 1 } } },
    { metadata: { labels: { $patch: 'replace', a: 'b' } } },
    { metadata: { labels: { $patch: 'odd', a: 'b' } } },
    { metadata: { labels: { a: null, b: { $patch: 'delete' } } } },
    { $patch: 'delete' },
    { $patch: 'merge' },
    { $odd: 1 },
    ofTemplate({ containers: [{ $patch: 'merge', name: 'a' }] }),
    ofTemplate({ containers: [{ $patch: 'odd', name: 'a' }] }),
    ofTemplate({ containers: [{ $patch: 'delete' }] }),
    ofTemplate({ containers: [{ image: 'j' }] }),
    ofTemplate({ containers: ['a'] }),
    ofTemplate({ containers: [{ name: 'a' }, 'b'] }),
    ofTemplate({ containers: [[]] }),
    ofTemplate({ containers: [null] }),
    ofTemplate({ containers: [{ name: 'a' }, null] }),
    ofTemplate({ containers: {} }),
    ofTemplate({ containers: [{ name: 1 }] }),
    ofTemplate({ containers: [{ name: null }] }),
  ]),
  each(
    'quotes of a refused patch what merging left of it',
    [post(CONFIG_MAPS, { metadata: { name: 'a' }, data: { a: '1' } })],
    `${CONFIG_MAPS}/a`,
    [
      { metadata: { annotations: { a: null } }, kind: {} },
      { metadata: { annotations: { a: { $patch: 'delete' }, b: 'c' } }, kind: {} },
      { metadata: { labels: { $retainKeys: ['a'], a: 'b' } }, kind: {} },
      { metadata: { finalizers: ['x.y/z'], '$setElementOrder/finalizers': ['x.y/z'] }, kind: {} },
      { metadata: { ownerReferences: [{ uid: 'u', name: null }] }, kind: {} },
      { data: { a: null, b: null }, kind: {} },
    ],
  ),
  each(
    'knows the keys of each kind',
    [
      post(SERVICES, {
        metadata: { name: 'a' },
        spec: {
          clusterIP: 'None',
          ports: [
            { name: 'x', port: 80 },
            { name: 'y', port: 81 },
          ],
        },
      }),
      post(ACCOUNTS, { metadata: { name: 'a' }, secrets: [{ name: 'x' }], imagePullSecrets: [{ name: 'y' }] }),
    ],
    `${SERVICES}/a`,
    [
      { spec: { ports: [{ port: 80, name: 'z' }] } },
      { spec: { ports: [{ port: 82, name: 'z' }] } },
      { spec: { ports: [{ port: 80, $patch: 'delete' }] } },
      { spec: { ports: [{ port: '80', name: 'z' }] } },
      { spec: { selector: { a: 'b' } } },
      { spec: { clusterIPs: ['None'] } },
      { status: { conditions: [{ type: 'a', status: 'True' }] } },
    ],
  ),
  {
    name: 'merges the lists of accounts and pods',
    steps: [
      post(ACCOUNTS, { metadata: { name: 'a' }, secrets: [{ name: 'x' }], imagePullSecrets: [{ name: 'y' }] }),
      tried(`${ACCOUNTS}/a`, { secrets: [{ name: 'z' }] }),
      tried(`${ACCOUNTS}/a`, { secrets: [{ name: 'x', $patch: 'delete' }] }),
      tried(`${ACCOUNTS}/a`, { imagePullSecrets: [{ name: 'z' }] }),
      post(PODS, { metadata: { name: 'a' }, spec: { containers: [{ name: 'a', image: 'i' }] } }),
      tried(`${PODS}/a/status`, { status: { conditions: [{ type: 'A', status: 'True' }] } }),
      tried(`${PODS}/a/status`, { status: { podIPs: [{ ip: '10.0.0.1' }] } }),
      tried(`${PODS}/a`, { spec: { tolerations: [{ key: 'x', operator: 'Exists' }] } }),
    ],
  },
];
