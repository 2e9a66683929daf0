import type { JsonObject } from '@kopfts/apiserver';
import { GROUP } from './script.js';

const spec: JsonObject = {
  type: 'object',
  description: 'What the machine should be.',
  required: ['size'],
  properties: {
    size: { type: 'integer', description: 'How large it is.', minimum: 1, maximum: 99 },
    color: { type: 'string', description: 'The color of its paint.', enum: ['red', 'green', 'blue'], default: 'red' },
    replicas: { type: 'integer', description: 'How many of them there are.' },
    engine: {
      type: 'object',
      description: 'What drives it, from the day on which it is built to the day on which it is scrapped and melted down for a new one.',
      required: ['fuel'],
      properties: {
        fuel: { type: 'string', description: 'What it burns.' },
        cylinders: {
          type: 'array',
          description: 'From the front to the back.',
          items: { type: 'object', properties: { bore: { type: 'number', description: 'Unit: millimetres.' } } },
        },
        port: { 'x-kubernetes-int-or-string': true, description: 'By number or name.' },
      },
    },
    notes: { type: 'object', description: 'Anything.', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};

const status: JsonObject = {
  type: 'object',
  description: 'What the machine is.',
  properties: {
    phase: { type: 'string' },
    replicas: { type: 'integer' },
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['type', 'status'],
        properties: { type: { type: 'string' }, status: { type: 'string' }, reason: { type: 'string' } },
      },
    },
  },
};

const columns = [
  { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'How large it is.' },
  { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** A kind with everything that kubectl looks at: descriptions, printer columns, scale, conditions, selectable fields. */
export const MACHINES: JsonObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `machines.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: {
      plural: 'machines',
      singular: 'machine',
      kind: 'Machine',
      listKind: 'MachineList',
      shortNames: ['mach'],
      categories: ['factory'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
        additionalPrinterColumns: columns,
        selectableFields: [{ jsonPath: '.spec.color' }],
        schema: { openAPIV3Schema: { type: 'object', description: 'A machine of the factory.', properties: { spec, status } } },
      },
    ],
  },
};
