// The kinds that the generator writes, each with bodies that are mostly valid.

import type { Json } from '../conformance/case.js';
import type { Dice } from './dice.js';
import type { JsonMap } from './request.js';

export interface FuzzKind {
  readonly plural: string;
  readonly kind: string;
  readonly apiVersion: string;
  readonly isNamespaced: boolean;
  readonly isCustom: boolean;
  readonly subresources: readonly string[];
  readonly fields: readonly string[];
  body(dice: Dice): JsonMap;
}

export const GROUP = 'fuzz.conformance.dev';

const CORE = { apiVersion: 'v1', isNamespaced: true, isCustom: false, subresources: [] };

function some(dice: Dice, choices: Readonly<Record<string, () => Json>>): JsonMap {
  const entries = Object.entries(choices).filter(() => dice.chance(0.5));
  return Object.fromEntries(entries.map(([key, make]) => [key, make()]));
}

const word = (dice: Dice): string => dice.pick(['a', 'b', 'abc', 'x-y', 'UP', '', '1']);
const texts = (dice: Dice): JsonMap =>
  Object.fromEntries(['k', 'l.m', 'n_o'].filter(() => dice.chance(0.6)).map((key) => [key, word(dice)]));

function sampleSpec(dice: Dice): JsonMap {
  return some(dice, {
    size: () => dice.pick([1, 2, 5, 0, 6, 1.5, '2', null]),
    name: () => dice.pick(['ab', 'AB', 'abcdefghijk', '']),
    mode: () => dice.pick(['slow', 'fast', 'other']),
    color: () => dice.pick<Json>(['blue', null, 3]),
    replicas: () => dice.pick<Json>([1, 3, -1]),
    parts: () => dice.pick<Json>([[], [{ id: 'a', weight: 1.5 }], [{ id: 'a' }, { id: 'b' }], [{}], [1], [{ id: 'a', more: 1 }]]),
    keyed: () => dice.pick<Json>([[{ key: 'a', value: 1 }], [{ key: 'a' }, { key: 'a' }], [{ value: 1 }]]),
    tags: () => dice.pick<Json>([['a', 'b'], ['a', 'a'], [], 'a']),
    port: () => dice.pick<Json>([80, 'http', 1.5, true, null]),
    labels: () => dice.pick<Json>([{ a: 'b' }, { a: 1 }, {}]),
    maybe: () => dice.pick<Json>([null, 'x', 1]),
    when: () => dice.pick(['2026-01-01T00:00:00Z', 'soon']),
    free: () => dice.pick<Json>([{ a: { b: [1, null] } }, {}, 1]),
    embedded: () => dice.pick<Json>([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', odd: 1 } }, { kind: 'X' }, {}]),
    unknown: () => 1,
  });
}

const container = (dice: Dice): Json => ({ name: dice.pick(['a', 'b']), image: dice.pick(['i', 'i:1', 'r/i:latest']) });

const podSpec = (dice: Dice): JsonMap => ({
  containers: dice.chance(0.9) ? [container(dice)] : [],
  ...some(dice, {
    nodeName: () => '',
    restartPolicy: () => dice.pick(['Always', 'Never']),
    terminationGracePeriodSeconds: () => dice.pick([0, 30, 5]),
  }),
});

const event = { involvedObject: { kind: 'Pod', name: 'a' }, reason: 'Because', message: 'text', type: 'Normal' };

export const KINDS: readonly FuzzKind[] = [
  {
    plural: 'samples',
    kind: 'Sample',
    apiVersion: `${GROUP}/v1`,
    isNamespaced: true,
    isCustom: true,
    subresources: ['status', 'scale'],
    fields: ['metadata.name', 'metadata.namespace', 'spec.color', 'spec.size'],
    body: (dice) => some(dice, { spec: () => sampleSpec(dice), status: () => dice.pick<Json>([{ x: 1 }, { replicas: 2 }, 1]) }),
  },
  {
    plural: 'plains',
    kind: 'Plain',
    apiVersion: `${GROUP}/v2`,
    isNamespaced: false,
    isCustom: true,
    subresources: [],
    fields: ['metadata.name'],
    body: (dice) =>
      some(dice, { spec: () => dice.pick<Json>([{ a: 1 }, [], 'x']), status: () => ({ y: null }), other: () => ({ deep: {} }) }),
  },
  {
    ...CORE,
    plural: 'configmaps',
    kind: 'ConfigMap',
    fields: ['metadata.name', 'metadata.namespace'],
    body: (dice) =>
      some(dice, {
        data: () => texts(dice),
        binaryData: () => dice.pick<Json>([{ b: 'YQ==' }, { b: 'no' }]),
        immutable: () => dice.chance(0.3),
      }),
  },
  {
    ...CORE,
    plural: 'secrets',
    kind: 'Secret',
    fields: ['metadata.name', 'type'],
    body: (dice) =>
      some(dice, {
        data: () => dice.pick<Json>([{ a: 'YQ==' }, { a: '!' }, {}]),
        stringData: () => texts(dice),
        type: () => dice.pick(['Opaque', 'kubernetes.io/basic-auth', 'kubernetes.io/tls', 'example.com/x']),
        immutable: () => dice.chance(0.3),
      }),
  },
  {
    ...CORE,
    plural: 'serviceaccounts',
    kind: 'ServiceAccount',
    fields: ['metadata.name'],
    body: (dice) =>
      some(dice, {
        automountServiceAccountToken: () => dice.chance(0.5),
        secrets: () => [{ name: 'x' }],
        imagePullSecrets: () => [{ name: 'y' }],
      }),
  },
  {
    ...CORE,
    plural: 'leases',
    kind: 'Lease',
    apiVersion: 'coordination.k8s.io/v1',
    fields: ['metadata.name'],
    body: (dice) =>
      some(dice, {
        spec: () =>
          some(dice, {
            holderIdentity: () => word(dice),
            leaseDurationSeconds: () => dice.pick([15, 0, -1]),
            renewTime: () => dice.pick(['2020-01-01T00:00:00.000000Z', '2020-01-01T00:00:00Z', 'now']),
            leaseTransitions: () => dice.pick([0, 1, -1]),
          }),
      }),
  },
  {
    ...CORE,
    plural: 'events',
    kind: 'Event',
    fields: ['metadata.name', 'reason', 'type', 'involvedObject.name'],
    body: (dice) => ({
      ...event,
      involvedObject: { ...event.involvedObject, namespace: dice.chance(0.8) ? '{ns}' : 'other' },
      ...some(dice, { count: () => dice.pick([1, 0]), source: () => ({ component: 'c' }) }),
    }),
  },
  {
    ...CORE,
    plural: 'events',
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    fields: ['metadata.name', 'reason', 'type'],
    body: (dice) => ({
      regarding: { kind: 'Pod', name: 'a', namespace: '{ns}' },
      ...some(dice, { note: () => 'text' }),
      type: dice.pick(['Normal', 'Warning', 'Odd']),
      reason: dice.pick(['Because', '']),
      action: 'Acting',
      eventTime: '2020-01-01T00:00:00.000000Z',
      reportingController: 'example.com/c',
      reportingInstance: 'i',
    }),
  },
  {
    ...CORE,
    plural: 'pods',
    kind: 'Pod',
    subresources: ['status'],
    fields: ['metadata.name', 'spec.nodeName', 'status.phase', 'spec.restartPolicy'],
    body: (dice) => ({ spec: podSpec(dice) }),
  },
  {
    ...CORE,
    plural: 'services',
    kind: 'Service',
    subresources: ['status'],
    fields: ['metadata.name', 'spec.type'],
    body: (dice) => ({
      spec: {
        clusterIP: 'None',
        selector: { a: 'b' },
        ...some(dice, {
          ports: () =>
            dice.pick<Json>([
              [{ port: 80 }],
              [
                { port: 80, name: 'a' },
                { port: 81, name: 'b' },
              ],
              [{ port: 0 }],
              [],
            ]),
        }),
      },
    }),
  },
  {
    ...CORE,
    plural: 'deployments',
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    subresources: ['status', 'scale'],
    fields: ['metadata.name'],
    body: (dice) => ({
      spec: {
        selector: { matchLabels: { app: dice.pick(['a', 'a', 'b']) } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers: [container(dice)] } },
        ...some(dice, { replicas: () => dice.pick([1, 0, 3, -1]), paused: () => true }),
      },
    }),
  },
  {
    ...CORE,
    plural: 'namespaces',
    kind: 'Namespace',
    isNamespaced: false,
    subresources: ['status'],
    fields: ['metadata.name', 'status.phase'],
    body: (dice) => some(dice, { spec: () => ({}), status: () => ({ phase: 'Odd' }) }),
  },
  {
    ...CORE,
    plural: 'roles',
    kind: 'Role',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    fields: ['metadata.name'],
    body: (dice) => ({
      rules: dice.pick<Json>([
        [],
        [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
        [{ apiGroups: [''], resources: ['pods'] }],
        [{ verbs: ['get'] }],
        null,
      ]),
    }),
  },
  {
    ...CORE,
    plural: 'rolebindings',
    kind: 'RoleBinding',
    apiVersion: 'rbac.authorization.k8s.io/v1',
    fields: ['metadata.name'],
    body: (dice) => ({
      subjects: dice.pick<Json>([
        [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }],
        [{ kind: 'ServiceAccount', name: 's', namespace: 'n' }],
        [{ kind: 'ServiceAccount', name: 's' }],
        [{ kind: 'Odd', name: '' }],
        [{ kind: 'User', name: 'u' }],
      ]),
      roleRef: dice.pick<Json>([
        { kind: 'Role', name: 'r', apiGroup: 'rbac.authorization.k8s.io' },
        { kind: 'ClusterRole', name: 'view', apiGroup: 'rbac.authorization.k8s.io' },
        { kind: 'Role', name: 'r' },
        { kind: 'Odd', name: '', apiGroup: 'x' },
      ]),
    }),
  },
];

/** The custom kinds of a run. */
export function fuzzDefinitions(): readonly Json[] {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const spec = {
    type: 'object',
    properties: {
      size: { type: 'integer', minimum: 1, maximum: 5 },
      name: { type: 'string', pattern: '^[a-z]+$', maxLength: 8, minLength: 1 },
      mode: { type: 'string', enum: ['slow', 'fast'] },
      color: { type: 'string', default: 'red' },
      replicas: { type: 'integer', format: 'int32', default: 1 },
      parts: {
        type: 'array',
        maxItems: 3,
        items: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, weight: { type: 'number' } } },
      },
      keyed: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['key'],
        items: { type: 'object', required: ['key'], properties: { key: { type: 'string' }, value: { type: 'integer' } } },
      },
      tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
      port: { 'x-kubernetes-int-or-string': true },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      maybe: { type: 'string', nullable: true },
      when: { type: 'string', format: 'date-time' },
      free,
      embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } },
    },
  };
  const sampleSchema = { openAPIV3Schema: { type: 'object', properties: { spec, status: free } } };
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' };
  const named = (plural: string, kind: string, rest: JsonMap): Json => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: { group: GROUP, names: { plural, kind, singular: kind.toLowerCase() }, ...rest },
  });
  const columns = [
    { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
    { name: 'Color', type: 'string', jsonPath: '.spec.color' },
    { name: 'Parts', type: 'string', jsonPath: '.spec.parts[*].id', priority: 1 },
  ];
  return [
    named('samples', 'Sample', {
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {}, scale },
          schema: sampleSchema,
          additionalPrinterColumns: columns,
          selectableFields: [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.size' }],
        },
      ],
    }),
    named('plains', 'Plain', {
      scope: 'Cluster',
      versions: [
        { name: 'v1', served: true, storage: false, schema: { openAPIV3Schema: free } },
        { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema: free } },
      ],
    }),
  ];
}
