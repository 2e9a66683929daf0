import { EMPTY } from '../store/json-value.js';
import {
  BINDING_COLUMNS,
  CONFIG_MAP_COLUMNS,
  DEFAULT_COLUMNS,
  DEPLOYMENT_COLUMNS,
  EVENT_COLUMNS,
  LEASE_COLUMNS,
  NAMED_AND_AGED,
  NAMESPACE_COLUMNS,
  POD_COLUMNS,
  SECRET_COLUMNS,
  SERVICE_COLUMNS,
} from '../table/columns.js';
import { clusterRoleBindingRules, clusterRoleRules, reviewRules, roleBindingRules, roleRules } from './access-kinds.js';
import { definitionRules } from './definition.js';
import { deploymentRules } from './deployment.js';
import { coreEventRules, eventsGroupRules } from './event.js';
import { podRules } from './pod.js';
import type { Column, KindRules, Resource, ScalePaths } from './resource.js';
import { VERBS } from './resource.js';
import { configMapRules, leaseRules, namespaceRules, secretRules, serviceAccountRules } from './simple-kinds.js';
import { serviceRules } from './service.js';

export const NAMESPACES = 'namespaces';
export const DEFINITIONS = 'apiextensions.k8s.io/customresourcedefinitions';

interface Listed {
  readonly group?: string;
  readonly plural: string;
  readonly kind: string;
  readonly rules: KindRules;
  readonly columns: readonly Column[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly isNamespaced?: boolean;
  readonly hasStatus?: boolean;
  readonly collection?: string;
  readonly scale?: ScalePaths;
  readonly verbs?: readonly string[];
  readonly errorGroup?: string;
  readonly isReview?: boolean;
}

function builtin(listed: Listed): Resource {
  const group = listed.group ?? '';
  return {
    version: 'v1',
    singular: listed.kind.toLowerCase(),
    listKind: `${listed.kind}List`,
    isNamespaced: true,
    shortNames: [],
    categories: [],
    hasStatus: false,
    scale: undefined,
    verbs: VERBS,
    storageVersion: 'v1',
    isCached: listed.kind !== 'Event',
    errorGroup: group,
    isReview: false,
    isCustom: false,
    isTerminating: false,
    openApiSchema: EMPTY,
    collection: group === '' ? listed.plural : `${group}/${listed.plural}`,
    ...listed,
    group,
  };
}

const RBAC = { group: 'rbac.authorization.k8s.io', columns: DEFAULT_COLUMNS } as const;
const QUESTION = { verbs: ['create'], isReview: true, isNamespaced: false, columns: DEFAULT_COLUMNS } as const;
const AUTHENTICATION = { ...QUESTION, group: 'authentication.k8s.io' } as const;
const AUTHORIZATION = { ...QUESTION, group: 'authorization.k8s.io' } as const;

/** The built-in resources, in the order of discovery. */
export const BUILTIN_RESOURCES: readonly Resource[] = [
  builtin({ plural: 'configmaps', kind: 'ConfigMap', shortNames: ['cm'], rules: configMapRules, columns: CONFIG_MAP_COLUMNS }),
  builtin({ plural: 'events', kind: 'Event', shortNames: ['ev'], rules: coreEventRules, columns: EVENT_COLUMNS }),
  builtin({
    plural: NAMESPACES,
    kind: 'Namespace',
    shortNames: ['ns'],
    isNamespaced: false,
    hasStatus: true,
    verbs: VERBS.filter((verb) => verb !== 'deletecollection'),
    rules: namespaceRules,
    columns: NAMESPACE_COLUMNS,
  }),
  builtin({ plural: 'pods', kind: 'Pod', shortNames: ['po'], categories: ['all'], hasStatus: true, rules: podRules, columns: POD_COLUMNS }),
  builtin({ plural: 'secrets', kind: 'Secret', rules: secretRules, columns: SECRET_COLUMNS }),
  builtin({ plural: 'serviceaccounts', kind: 'ServiceAccount', shortNames: ['sa'], rules: serviceAccountRules, columns: NAMED_AND_AGED }),
  builtin({
    plural: 'services',
    kind: 'Service',
    shortNames: ['svc'],
    categories: ['all'],
    hasStatus: true,
    rules: serviceRules,
    columns: SERVICE_COLUMNS,
  }),
  builtin({
    group: 'apps',
    plural: 'deployments',
    kind: 'Deployment',
    shortNames: ['deploy'],
    categories: ['all'],
    hasStatus: true,
    scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', labelSelector: '' },
    rules: deploymentRules,
    columns: DEPLOYMENT_COLUMNS,
  }),
  builtin({
    ...AUTHENTICATION,
    plural: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
    rules: reviewRules('authentication.v1.SelfSubjectReview'),
  }),
  builtin({ ...AUTHENTICATION, plural: 'tokenreviews', kind: 'TokenReview', rules: reviewRules('authentication.v1.TokenReview') }),
  builtin({
    ...AUTHORIZATION,
    plural: 'localsubjectaccessreviews',
    kind: 'LocalSubjectAccessReview',
    isNamespaced: true,
    rules: reviewRules('authorization.v1.LocalSubjectAccessReview'),
  }),
  builtin({
    ...AUTHORIZATION,
    plural: 'selfsubjectaccessreviews',
    kind: 'SelfSubjectAccessReview',
    rules: reviewRules('authorization.v1.SelfSubjectAccessReview'),
  }),
  builtin({
    ...AUTHORIZATION,
    plural: 'selfsubjectrulesreviews',
    kind: 'SelfSubjectRulesReview',
    rules: reviewRules('authorization.v1.SelfSubjectRulesReview'),
  }),
  builtin({
    ...AUTHORIZATION,
    plural: 'subjectaccessreviews',
    kind: 'SubjectAccessReview',
    rules: reviewRules('authorization.v1.SubjectAccessReview'),
  }),
  builtin({
    ...RBAC,
    plural: 'clusterrolebindings',
    kind: 'ClusterRoleBinding',
    isNamespaced: false,
    rules: clusterRoleBindingRules,
    columns: BINDING_COLUMNS,
  }),
  builtin({ ...RBAC, plural: 'clusterroles', kind: 'ClusterRole', isNamespaced: false, rules: clusterRoleRules }),
  builtin({ ...RBAC, plural: 'rolebindings', kind: 'RoleBinding', rules: roleBindingRules, columns: BINDING_COLUMNS }),
  builtin({ ...RBAC, plural: 'roles', kind: 'Role', rules: roleRules }),
  builtin({
    group: 'apiextensions.k8s.io',
    plural: 'customresourcedefinitions',
    kind: 'CustomResourceDefinition',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    isNamespaced: false,
    hasStatus: true,
    collection: DEFINITIONS,
    rules: definitionRules,
    columns: DEFAULT_COLUMNS,
  }),
  builtin({ group: 'coordination.k8s.io', plural: 'leases', kind: 'Lease', rules: leaseRules, columns: LEASE_COLUMNS }),
  builtin({
    group: 'events.k8s.io',
    plural: 'events',
    kind: 'Event',
    shortNames: ['ev'],
    collection: 'events',
    errorGroup: '',
    rules: eventsGroupRules,
    columns: EVENT_COLUMNS,
  }),
];
