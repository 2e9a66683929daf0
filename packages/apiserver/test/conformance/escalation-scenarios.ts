import type { Json } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { get, merge, post, put } from './scenario.js';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLES = `${RBAC}/namespaces/{ns}/roles`;
const BINDINGS = `${RBAC}/namespaces/{ns}/rolebindings`;
const CLUSTER_ROLES = `${RBAC}/clusterroles`;
const GROUP = 'rbac.authorization.k8s.io';
const AS_LIMITED = { as: 'limited' } as const;

const rule = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[], names?: readonly string[]): Json => ({
  apiGroups,
  resources,
  verbs,
  ...(names === undefined ? {} : { resourceNames: names }),
});
const urls = (nonResourceURLs: readonly string[], verbs: readonly string[]): Json => ({ nonResourceURLs, verbs });
const role = (name: string, ...rules: readonly Json[]): Json => ({ metadata: { name }, rules });
const bind = (name: string, subject: string, ref: { kind: string; name: string }): Json => ({
  metadata: { name },
  subjects: [{ kind: 'User', name: subject, apiGroup: GROUP }],
  roleRef: { apiGroup: GROUP, ...ref },
});

/** `limited` gets these rules in the namespace of the case, beside the right to write roles and bindings there. */
const holding = (...rules: readonly Json[]): readonly ScenarioStep[] => [
  post(ROLES, role('held', rule([GROUP], ['roles', 'rolebindings'], ['get', 'create', 'update', 'patch']), ...rules)),
  post(BINDINGS, bind('held', 'limited', { kind: 'Role', name: 'held' })),
];
const PODS = rule([''], ['pods'], ['get', 'list']);

/** Nobody hands out more than they have. */
export const ESCALATION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'lets a user write a role only with rights that they have',
    steps: [
      ...holding(
        PODS,
        rule([''], ['configmaps'], ['get'], ['one', 'two']),
        rule(['apps'], ['*'], ['get']),
        rule([''], ['secrets/*'], ['get']),
      ),
      post(ROLES, role('same', PODS), AS_LIMITED),
      post(ROLES, role('less', rule([''], ['pods'], ['get'])), AS_LIMITED),
      post(ROLES, role('more', rule([''], ['pods'], ['get', 'delete'])), AS_LIMITED),
      post(
        ROLES,
        role('other', rule([''], ['secrets'], ['get']), rule(['apps', 'batch'], ['deployments', 'jobs'], ['get', 'list'])),
        AS_LIMITED,
      ),
      post(ROLES, role('named', rule([''], ['configmaps'], ['get'], ['one'])), AS_LIMITED),
      post(ROLES, role('unnamed', rule([''], ['configmaps'], ['get'])), AS_LIMITED),
      post(ROLES, role('third', rule([''], ['configmaps'], ['get'], ['one', 'three'])), AS_LIMITED),
      post(ROLES, role('all', rule(['*'], ['*'], ['*'])), AS_LIMITED),
      post(ROLES, role('star', rule(['apps'], ['deployments/status', 'statefulsets'], ['get'])), AS_LIMITED),
      post(ROLES, role('below', rule([''], ['secrets/x'], ['get'])), AS_LIMITED),
      post(ROLES, role('invalid', { verbs: ['get'] }), AS_LIMITED),
      post(ROLES, role('none'), AS_LIMITED),
      post(`${ROLES}?dryRun=All`, role('rehearsed', rule([''], ['nodes'], ['get'])), AS_LIMITED),
      merge(`${ROLES}/less`, { rules: [rule([''], ['pods'], ['delete'])] }, AS_LIMITED),
      merge(`${ROLES}/less`, { metadata: { labels: { a: 'b' } } }, AS_LIMITED),
      put(`${ROLES}/less`, role('less', rule([''], ['nodes'], ['get'])), AS_LIMITED),
      get(`${ROLES}/less`, AS_LIMITED),
    ],
  },
  {
    name: 'refuses an unchanged role no more than its stored rights, and a missing one',
    steps: [
      ...holding(),
      post(ROLES, role('strong', rule([''], ['nodes'], ['get']))),
      merge(`${ROLES}/strong`, { metadata: { labels: { a: 'b' } } }, AS_LIMITED),
      merge(`${ROLES}/strong`, { rules: [rule([''], ['nodes'], ['get']), rule([''], ['pods'], ['get'])] }, AS_LIMITED),
      put(`${ROLES}/created`, role('created', rule([''], ['nodes'], ['get'])), AS_LIMITED),
    ],
  },
  {
    name: 'lets a user with the verb escalate write any role',
    steps: [
      ...holding(rule([GROUP], ['roles'], ['escalate'], ['chosen'])),
      post(ROLES, role('chosen', rule([''], ['nodes'], ['get'])), AS_LIMITED),
      post(ROLES, role('another', rule([''], ['nodes'], ['get'])), AS_LIMITED),
    ],
  },
  {
    name: 'lets a user bind only roles whose rights they have',
    steps: [
      ...holding(PODS),
      post(ROLES, role('weak', PODS)),
      post(ROLES, role('strong', rule([''], ['pods'], ['delete']), PODS)),
      post(BINDINGS, bind('weak', 'u', { kind: 'Role', name: 'weak' }), AS_LIMITED),
      post(BINDINGS, bind('strong', 'u', { kind: 'Role', name: 'strong' }), AS_LIMITED),
      post(BINDINGS, bind('missing', 'u', { kind: 'Role', name: 'missing' }), AS_LIMITED),
      post(BINDINGS, bind('view', 'u', { kind: 'ClusterRole', name: 'no-such-role' }), AS_LIMITED),
      post(BINDINGS, bind('odd', 'u', { kind: 'Odd', name: 'weak' }), AS_LIMITED),
      merge(`${BINDINGS}/weak`, { subjects: [{ kind: 'User', name: 'v', apiGroup: GROUP }] }, AS_LIMITED),
      post(BINDINGS, bind('given', 'u', { kind: 'Role', name: 'strong' })),
      merge(`${BINDINGS}/given`, { metadata: { labels: { a: 'b' } } }, AS_LIMITED),
      merge(`${BINDINGS}/given`, { subjects: [{ kind: 'User', name: 'v', apiGroup: GROUP }] }, AS_LIMITED),
    ],
  },
  {
    name: 'lets a user with the verb bind bind any role',
    steps: [
      ...holding(rule([GROUP], ['roles'], ['bind'], ['strong']), rule([GROUP], ['clusterroles'], ['bind'])),
      post(ROLES, role('strong', rule([''], ['nodes'], ['get']))),
      post(ROLES, role('stronger', rule([''], ['nodes'], ['list']))),
      post(BINDINGS, bind('strong', 'u', { kind: 'Role', name: 'strong' }), AS_LIMITED),
      post(BINDINGS, bind('stronger', 'u', { kind: 'Role', name: 'stronger' }), AS_LIMITED),
      post(BINDINGS, bind('anything', 'u', { kind: 'ClusterRole', name: 'no-such-role' }), AS_LIMITED),
    ],
  },
  {
    name: 'checks cluster roles against rights in the whole cluster',
    steps: [
      post(
        CLUSTER_ROLES,
        role('{ns}-writer', rule([GROUP], ['clusterroles', 'clusterrolebindings'], ['create', 'patch']), urls(['/healthz'], ['get'])),
      ),
      post(`${RBAC}/clusterrolebindings`, bind('{ns}-writer', 'limited', { kind: 'ClusterRole', name: '{ns}-writer' })),
      post(CLUSTER_ROLES, role('{ns}-a', urls(['/healthz'], ['get'])), AS_LIMITED),
      post(CLUSTER_ROLES, role('{ns}-b', urls(['/healthz/*', '/metrics'], ['get', 'post'])), AS_LIMITED),
      post(CLUSTER_ROLES, role('{ns}-c', PODS), AS_LIMITED),
      post(
        CLUSTER_ROLES,
        { metadata: { name: '{ns}-d' }, rules: [], aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } },
        AS_LIMITED,
      ),
      post(`${RBAC}/clusterrolebindings`, bind('{ns}-e', 'u', { kind: 'ClusterRole', name: '{ns}-writer' }), AS_LIMITED),
      post(`${RBAC}/clusterrolebindings`, bind('{ns}-f', 'u', { kind: 'ClusterRole', name: 'cluster-admin' }), AS_LIMITED),
      merge(`${RBAC}/clusterrolebindings/{ns}-writer`, { subjects: [] }),
    ],
  },
];
