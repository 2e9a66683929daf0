// The roles that every cluster has from its start, as far as they are about what is served here.

import type { JsonObject } from '../store/json-value.js';
import type { WriteContext } from '../write/write-context.js';
import { createObject } from '../write/create-object.js';
import { RBAC_GROUP } from './rbac.js';
import { AUTHENTICATED, MASTERS, UNAUTHENTICATED } from './user.js';

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];
const INFO = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const DISCOVERY = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

interface Role {
  readonly name: string;
  readonly rules: readonly JsonObject[] | null;
  readonly labels?: JsonObject;
  readonly aggregates?: string;
}

const on = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]): JsonObject => ({
  verbs,
  apiGroups,
  resources,
});
const urls = (nonResourceURLs: readonly string[], verbs: readonly string[]): JsonObject => ({ verbs, nonResourceURLs });
const label = (into: string): JsonObject => ({ [`${RBAC_GROUP}/aggregate-to-${into}`]: 'true' });

const ROLES: readonly Role[] = [
  { name: 'admin', rules: null, aggregates: 'admin' },
  { name: 'cluster-admin', rules: [on(['*'], ['*'], ['*']), urls(['*'], ['*'])] },
  { name: 'edit', rules: null, aggregates: 'edit', labels: label('admin') },
  {
    name: 'system:aggregate-to-admin',
    labels: label('admin'),
    rules: [
      on(['authorization.k8s.io'], ['localsubjectaccessreviews'], ['create']),
      on([RBAC_GROUP], ['rolebindings', 'roles'], [...WRITE, ...READ]),
    ],
  },
  {
    name: 'system:aggregate-to-edit',
    labels: label('edit'),
    rules: [
      on([''], ['secrets'], READ),
      on([''], ['serviceaccounts'], ['impersonate']),
      on([''], ['pods', 'services', 'configmaps', 'events', 'secrets', 'serviceaccounts'], WRITE),
      on([''], ['serviceaccounts/token'], ['create']),
      on(['apps'], ['deployments', 'deployments/scale'], WRITE),
      on(['coordination.k8s.io'], ['leases'], [...WRITE, ...READ]),
    ],
  },
  {
    name: 'system:aggregate-to-view',
    labels: label('view'),
    rules: [
      on(
        [''],
        ['configmaps', 'pods', 'pods/status', 'serviceaccounts', 'services', 'services/status', 'namespaces', 'namespaces/status'],
        READ,
      ),
      on(['', 'events.k8s.io'], ['events'], READ),
      on(['apps'], ['deployments', 'deployments/scale', 'deployments/status'], READ),
    ],
  },
  {
    name: 'system:basic-user',
    rules: [
      on(['authorization.k8s.io'], ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'], ['create']),
      on(['authentication.k8s.io'], ['selfsubjectreviews'], ['create']),
    ],
  },
  { name: 'system:discovery', rules: [urls(DISCOVERY, ['get'])] },
  { name: 'system:public-info-viewer', rules: [urls(INFO, ['get'])] },
  { name: 'view', rules: null, aggregates: 'view', labels: label('edit') },
];

const BINDINGS: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': [MASTERS],
  'system:basic-user': [AUTHENTICATED],
  'system:discovery': [AUTHENTICATED],
  'system:public-info-viewer': [AUTHENTICATED, UNAUTHENTICATED],
};

const marks = (name: string, labels: JsonObject = {}): JsonObject => ({
  name,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

/** @param manager who owns the fields of the roles. */
export function createBootstrapPolicy(context: WriteContext, manager: string): void {
  const store = (plural: string, body: JsonObject): void => {
    const resource = context.catalogue.get(RBAC_GROUP, 'v1', plural);
    if (resource === undefined) return;
    createObject(context, { resource, namespace: '', name: '', isStatus: false, isDryRun: false, manager }, body);
  };
  for (const { name, rules, labels, aggregates } of ROLES) {
    const selected = aggregates === undefined ? {} : { aggregationRule: { clusterRoleSelectors: [{ matchLabels: label(aggregates) }] } };
    store('clusterroles', { metadata: marks(name, labels), ...selected, rules });
  }
  for (const [name, groups] of Object.entries(BINDINGS)) {
    const subjects = groups.map((group) => ({ kind: 'Group', apiGroup: RBAC_GROUP, name: group }));
    store('clusterrolebindings', {
      metadata: marks(name),
      subjects,
      roleRef: { apiGroup: RBAC_GROUP, kind: 'ClusterRole', name },
    });
  }
}
