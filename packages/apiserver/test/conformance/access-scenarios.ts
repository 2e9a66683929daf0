import type { Json } from './case.js';
import { CONFIG_MAPS, SAMPLES, configMap, sample } from './case.js';
import type { Scenario } from './scenario.js';
import { get, merge, post, put, remove } from './scenario.js';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLES = `${RBAC}/namespaces/{ns}/roles`;
const BINDINGS = `${RBAC}/namespaces/{ns}/rolebindings`;
const ACCOUNTS = '/api/v1/namespaces/{ns}/serviceaccounts';
const AUTHZ = '/apis/authorization.k8s.io/v1';
const AUTHN = '/apis/authentication.k8s.io/v1';
const AS_LIMITED = { as: 'limited' } as const;
const GROUP = 'rbac.authorization.k8s.io';

const role = (name: string, rules: Json): Json => ({ metadata: { name }, rules });
const rule = (
  apiGroups: readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
  more: { readonly [key: string]: Json } = {},
): Json => ({
  apiGroups,
  resources,
  verbs,
  ...more,
});
const bind = (name: string, subjects: Json, roleRef: { kind: string; name: string }): Json => ({
  metadata: { name },
  subjects,
  roleRef: { apiGroup: GROUP, ...roleRef },
});
const LIMITED: Json = [{ kind: 'User', name: 'limited', apiGroup: GROUP }];

/** Gives `limited` some rules in the namespace of the case. */
const grant = (rules: Json): readonly ReturnType<typeof post>[] => [
  post(ROLES, role('r', rules)),
  post(BINDINGS, bind('b', LIMITED, { kind: 'Role', name: 'r' })),
];

export const ACCESS_SCENARIOS: readonly Scenario[] = [
  {
    name: 'refuses every verb to a user without rules, in the words of the authorizer',
    isIndependent: true,
    steps: [
      get(CONFIG_MAPS, AS_LIMITED),
      get(`${CONFIG_MAPS}/a`, AS_LIMITED),
      get(`${CONFIG_MAPS}?watch=1`, AS_LIMITED),
      post(CONFIG_MAPS, configMap('a', {}), AS_LIMITED),
      put(`${CONFIG_MAPS}/a`, configMap('a', {}), AS_LIMITED),
      merge(`${CONFIG_MAPS}/a`, {}, AS_LIMITED),
      remove(`${CONFIG_MAPS}/a`, undefined, AS_LIMITED),
      remove(CONFIG_MAPS, undefined, AS_LIMITED),
      get('/api/v1/namespaces', AS_LIMITED),
      get('/api/v1/namespaces/{ns}', AS_LIMITED),
      get(`${SAMPLES}/a/status`, AS_LIMITED),
      merge(`${SAMPLES}/a/status`, {}, AS_LIMITED),
      get(`${SAMPLES}?fieldSelector=metadata.name%3Da`, AS_LIMITED),
    ],
  },
  {
    name: 'refuses unknown places like known ones to who may not see them',
    isIndependent: true,
    steps: [
      get('/apis/no.such.group/v1/things', AS_LIMITED),
      get('/no/such/path', AS_LIMITED),
      get('/', AS_LIMITED),
      get('/metrics', AS_LIMITED),
      get('/api/v1/nothings/a/b', AS_LIMITED),
    ],
  },
  {
    name: 'takes requests without a token as anonymous and refuses unknown tokens',
    isIndependent: true,
    steps: [
      get(CONFIG_MAPS, { as: 'nobody' }),
      get('/api', { as: 'nobody' }),
      get('/healthz', { as: 'nobody' }),
      get(CONFIG_MAPS, { as: 'no such token' }),
      get('/healthz', { as: 'nosuchtoken' }),
    ],
  },
  {
    name: 'lets everybody with a token discover what is served',
    steps: [get('/apis/{group}', AS_LIMITED), get('/apis/coordination.k8s.io', AS_LIMITED), get('/readyz', AS_LIMITED)],
  },
  {
    name: 'allows what a role and its binding allow, and nothing else',
    steps: [
      ...grant([rule([''], ['configmaps'], ['get', 'list', 'create'])]),
      post(CONFIG_MAPS, configMap('a', { k: 'v' }), AS_LIMITED),
      get(`${CONFIG_MAPS}/a`, AS_LIMITED),
      merge(`${CONFIG_MAPS}/a`, { data: { k: 'w' } }, AS_LIMITED),
      remove(`${CONFIG_MAPS}/a`, undefined, AS_LIMITED),
      get('/api/v1/namespaces/{ns}/secrets', AS_LIMITED),
      get('/api/v1/configmaps', AS_LIMITED),
      get('/api/v1/namespaces/default/configmaps', AS_LIMITED),
    ],
  },
  {
    name: 'honours resource names, also of lists that select by name',
    steps: [
      ...grant([rule([''], ['configmaps'], ['get', 'list', 'update'], { resourceNames: ['a'] })]),
      post(CONFIG_MAPS, configMap('a', {})),
      get(`${CONFIG_MAPS}/a`, AS_LIMITED),
      get(`${CONFIG_MAPS}/b`, AS_LIMITED),
      get(CONFIG_MAPS, AS_LIMITED),
      get(`${CONFIG_MAPS}?fieldSelector=metadata.name%3Db`, AS_LIMITED),
    ],
  },
  {
    name: 'keeps subresources apart from their resource',
    steps: [
      ...grant([rule(['{group}'], ['samples'], ['get', 'create', 'patch']), rule(['{group}'], ['*/status'], ['get'])]),
      post(SAMPLES, sample('a'), AS_LIMITED),
      get(`${SAMPLES}/a/status`, AS_LIMITED),
      merge(`${SAMPLES}/a/status`, { status: { x: 1 } }, AS_LIMITED),
    ],
  },
  {
    name: 'takes a cluster role into a namespace by a role binding',
    steps: [
      post(BINDINGS, bind('edit', LIMITED, { kind: 'ClusterRole', name: 'cluster-admin' })),
      post(CONFIG_MAPS, configMap('a', {}), AS_LIMITED),
      remove(`${CONFIG_MAPS}/a`, undefined, AS_LIMITED),
      get('/api/v1/configmaps', AS_LIMITED),
    ],
  },
  {
    name: 'says which role is missing when a binding leads nowhere',
    steps: [post(BINDINGS, bind('b', LIMITED, { kind: 'Role', name: 'none' })), get(CONFIG_MAPS, AS_LIMITED)],
  },
  {
    name: 'knows the groups of users',
    steps: [
      post(ROLES, role('r', [rule([''], ['configmaps'], ['list'])])),
      post(BINDINGS, bind('b', [{ kind: 'Group', name: 'system:authenticated', apiGroup: GROUP }], { kind: 'Role', name: 'r' })),
      get(CONFIG_MAPS, AS_LIMITED),
      get(CONFIG_MAPS, { as: 'nobody' }),
    ],
  },
  {
    name: 'gives two users side by side their own rights',
    steps: [
      post(ROLES, role('r', [rule([''], ['configmaps'], ['create'])])),
      post(BINDINGS, bind('b', [{ kind: 'User', name: 'operator', apiGroup: GROUP }], { kind: 'Role', name: 'r' })),
      post(CONFIG_MAPS, configMap('a', {}), { as: 'operator' }),
      post(CONFIG_MAPS, configMap('b', {}), AS_LIMITED),
    ],
  },
  {
    name: 'gives service accounts tokens with their own rights',
    steps: [
      post(ACCOUNTS, { metadata: { name: 's' } }),
      post(ROLES, role('r', [rule([''], ['configmaps'], ['list'])])),
      post(BINDINGS, bind('b', [{ kind: 'ServiceAccount', name: 's' }], { kind: 'Role', name: 'r' })),
      post(`${ACCOUNTS}/s/token`, { spec: { expirationSeconds: 600 } }, { save: { token: 'status.token' } }),
      get(CONFIG_MAPS, { as: '{token}' }),
      get('/api/v1/namespaces/{ns}/secrets', { as: '{token}' }),
    ],
  },
  {
    name: 'refuses token requests that make no sense',
    steps: [
      post(ACCOUNTS, { metadata: { name: 's' } }),
      post(`${ACCOUNTS}/s/token`, { spec: { expirationSeconds: 10 } }),
      post(`${ACCOUNTS}/s/token`, { spec: { expirationSeconds: 4294967297 } }),
      post(`${ACCOUNTS}/none/token`, {}),
      post(`${ACCOUNTS}/s/token`, { metadata: { name: 'other' } }),
      post(`${ACCOUNTS}/s/token`, { metadata: { namespace: 'other' } }),
      post(`${ACCOUNTS}/s/token`, { spec: { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } } }),
      post(`${ACCOUNTS}/s/token`, { spec: { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'x' } } }),
      get(`${ACCOUNTS}/s/token`),
    ],
  },
  {
    name: 'reviews the access of who asks',
    steps: [
      ...grant([rule([''], ['configmaps'], ['list'])]),
      post(
        `${AUTHZ}/selfsubjectaccessreviews`,
        { spec: { resourceAttributes: { verb: 'list', resource: 'configmaps', namespace: '{ns}' } } },
        AS_LIMITED,
      ),
      post(
        `${AUTHZ}/selfsubjectaccessreviews`,
        { spec: { resourceAttributes: { verb: 'get', resource: 'configmaps', namespace: '{ns}' } } },
        AS_LIMITED,
      ),
      post(`${AUTHZ}/selfsubjectaccessreviews`, { spec: { nonResourceAttributes: { verb: 'get', path: '/api' } } }, AS_LIMITED),
      post(`${AUTHZ}/selfsubjectaccessreviews`, { spec: { nonResourceAttributes: { verb: 'get', path: '/secret' } } }, AS_LIMITED),
      post(`${AUTHZ}/selfsubjectaccessreviews`, { spec: { resourceAttributes: { verb: '*', resource: '*' } } }),
      post(`${AUTHZ}/selfsubjectaccessreviews`, { spec: {} }),
      post(`${AUTHZ}/selfsubjectaccessreviews`, {
        metadata: { name: 'x' },
        spec: { nonResourceAttributes: { path: '/' }, resourceAttributes: {} },
      }),
    ],
  },
  {
    name: 'reviews the access of somebody else',
    steps: [
      ...grant([rule([''], ['configmaps'], ['list'])]),
      post(`${AUTHZ}/subjectaccessreviews`, {
        spec: { user: 'limited', resourceAttributes: { verb: 'list', resource: 'configmaps', namespace: '{ns}' } },
      }),
      post(`${AUTHZ}/subjectaccessreviews`, {
        spec: { user: 'other', groups: ['system:masters'], resourceAttributes: { verb: 'delete', resource: 'x' } },
      }),
      post(`${AUTHZ}/subjectaccessreviews`, { spec: { resourceAttributes: { verb: 'list' } } }),
      post(`${AUTHZ}/subjectaccessreviews`, { spec: { user: 'x', resourceAttributes: { verb: 'list' } } }, AS_LIMITED),
      post(`${AUTHZ}/namespaces/{ns}/localsubjectaccessreviews`, {
        metadata: { namespace: '{ns}' },
        spec: { user: 'limited', resourceAttributes: { verb: 'list', resource: 'configmaps', namespace: '{ns}' } },
      }),
      post(`${AUTHZ}/namespaces/{ns}/localsubjectaccessreviews`, {
        spec: { user: 'limited', resourceAttributes: { verb: 'list', resource: 'configmaps', namespace: 'other' } },
      }),
      get(`${AUTHZ}/subjectaccessreviews`),
      get(`${AUTHZ}/subjectaccessreviews/a`),
    ],
  },
  {
    name: 'lists the rules of who asks',
    steps: [
      ...grant([rule([''], ['configmaps'], ['list'], { resourceNames: ['a'] })]),
      post(`${AUTHZ}/selfsubjectrulesreviews`, { spec: {} }, AS_LIMITED),
      post(`${AUTHZ}/selfsubjectrulesreviews`, { spec: { namespace: '' } }, AS_LIMITED),
    ],
  },
  {
    name: 'says who asks and whose a token is',
    steps: [
      post(`${AUTHN}/selfsubjectreviews`, {}),
      post(ACCOUNTS, { metadata: { name: 's' } }),
      post(`${ACCOUNTS}/s/token`, {}, { save: { token: 'status.token' } }),
      post(`${AUTHN}/tokenreviews`, { spec: { token: 'no such token' } }),
      post(`${AUTHN}/tokenreviews`, { spec: {} }),
      post(`${AUTHN}/tokenreviews`, { spec: { token: 'x' } }, AS_LIMITED),
    ],
  },
  {
    name: 'lets who may act for others',
    steps: [
      post(ROLES, role('r', [rule([''], ['configmaps'], ['list'])])),
      post(BINDINGS, bind('b', LIMITED, { kind: 'Role', name: 'r' })),
      get(CONFIG_MAPS, { headers: { 'Impersonate-User': 'limited' } }),
      get('/api/v1/namespaces/{ns}/secrets', { headers: { 'Impersonate-User': 'limited' } }),
      post(
        `${AUTHN}/selfsubjectreviews`,
        {},
        {
          headers: { 'Impersonate-User': 'bob', 'Impersonate-Group': 'devs', 'Impersonate-Extra-Scopes': 'view', 'Impersonate-Uid': 'u1' },
        },
      ),
      post(
        `${AUTHN}/selfsubjectreviews`,
        {},
        { headers: { 'Impersonate-User': 'system:serviceaccount:{ns}:x'.replace('{ns}', 'default') } },
      ),
      get(CONFIG_MAPS, { as: 'limited', headers: { 'Impersonate-User': 'admin' } }),
    ],
  },
  {
    name: 'checks roles and bindings',
    steps: [
      post(ROLES, role('a', [{ verbs: [], apiGroups: [''], resources: ['x'] }])),
      post(ROLES, role('a', [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['y'] }])),
      post(`${RBAC}/clusterroles`, { metadata: { name: 'x-{ns}' }, rules: [{ verbs: ['get'] }], aggregationRule: {} }),
      post(
        BINDINGS,
        bind(
          'b',
          [
            { kind: 'ServiceAccount', name: 'Bad_', apiGroup: 'x' },
            { kind: 'Odd', name: '' },
          ],
          { kind: 'Odd', name: '' },
        ),
      ),
      post(`${RBAC}/clusterrolebindings`, bind('b-{ns}', [{ kind: 'ServiceAccount', name: 's' }], { kind: 'Role', name: 'r' })),
      post(BINDINGS, { metadata: { name: 'd' }, subjects: [{ kind: 'User', name: 'u' }], roleRef: { kind: 'Role', name: 'r' } }),
      merge(`${BINDINGS}/d`, { roleRef: { kind: 'Role', name: 'q', apiGroup: GROUP } }),
      get(`${BINDINGS}/d`, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
    ],
  },
  {
    name: 'creates a role by replacing a missing one',
    steps: [put(`${ROLES}/n`, role('n', [rule(['*'], ['*'], ['*'])])), get(`${ROLES}/n`)],
  },
];
