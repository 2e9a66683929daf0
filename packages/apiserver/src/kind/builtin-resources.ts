import { EMPTY } from '../store/json-value.js';
import {
  CONFIG_MAP_COLUMNS,
  DEFAULT_COLUMNS,
  EVENT_COLUMNS,
  LEASE_COLUMNS,
  NAMED_AND_AGED,
  NAMESPACE_COLUMNS,
  POD_COLUMNS,
  SECRET_COLUMNS,
  SERVICE_COLUMNS,
} from '../table/columns.js';
import { definitionRules } from './definition.js';
import { coreEventRules, eventsGroupRules } from './event.js';
import { podRules } from './pod.js';
import type { Column, KindRules, Resource } from './resource.js';
import { configMapRules, leaseRules, namespaceRules, secretRules, serviceAccountRules, serviceRules } from './simple-kinds.js';

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
    isCustom: false,
    isTerminating: false,
    openApiSchema: EMPTY,
    collection: group === '' ? listed.plural : `${group}/${listed.plural}`,
    ...listed,
    group,
  };
}

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
    rules: eventsGroupRules,
    columns: EVENT_COLUMNS,
  }),
];
