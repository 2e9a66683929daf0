// What a definition may say: the rules of structural schemas and of defaults, each broken once. Nothing is created.

import type { Json } from './case.js';
import type { Scenario } from './scenario.js';
import { post } from './scenario.js';

type JsonMap = { readonly [key: string]: Json };

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All';
const PRESERVE = { 'x-kubernetes-preserve-unknown-fields': true };
const EMBEDDED = { 'x-kubernetes-embedded-resource': true };
const INT_OR_STRING = { 'x-kubernetes-int-or-string': true };
const TEXT = { type: 'string' };
const NAMED = { type: 'object', properties: { name: TEXT }, required: ['name'] };

const definition = (schema: Json): Json => ({
  metadata: { name: 'things.{ns}.{group}' },
  spec: {
    group: '{ns}.{group}',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});
const root = (more: JsonMap): Json => ({ type: 'object', ...more });
/** A schema with one field. */
const field = (schema: JsonMap): Json => root({ properties: { a: schema } });
const each = (name: string, schemas: readonly Json[]): Scenario => ({
  name,
  isIndependent: true,
  steps: schemas.map((schema) => post(PATH, definition(schema))),
});

export const DEFINITION_SCENARIOS: readonly Scenario[] = [
  each('wants a type of everything that a schema specifies', [
    {},
    { type: 'string' },
    PRESERVE,
    field({}),
    field({ type: 'array' }),
    field({ type: 'array', items: {} }),
    field({ type: 'object', additionalProperties: {} }),
    field({ type: 'odd' }),
    field({ type: 'null' }),
    field(PRESERVE),
    field({ 'x-kubernetes-preserve-unknown-fields': false, type: 'object' }),
    field({ nullable: true }),
  ]),
  each('lets the logic of a schema restrict what is specified, and describe nothing', [
    field({ type: 'string', allOf: [{ type: 'string' }] }),
    field({ type: 'string', anyOf: [{ title: 'a', minLength: 1 }] }),
    field({ type: 'string', oneOf: [{ description: 'a' }] }),
    field({ type: 'string', not: { default: 'a' } }),
    field({ type: 'string', not: { nullable: true } }),
    field({ type: 'object', anyOf: [PRESERVE] }),
    field({ type: 'object', anyOf: [{ additionalProperties: { maxLength: 1 } }] }),
    field({ type: 'object', allOf: [{ properties: { b: { maxLength: 1 } } }] }),
    field({ type: 'object', properties: { b: TEXT }, allOf: [{ properties: { b: { maxLength: 1 } } }] }),
    field({ type: 'array', items: TEXT, anyOf: [{ items: { maxLength: 1 } }] }),
    field({ type: 'string', anyOf: [{ items: { maxLength: 1 } }] }),
    root({ anyOf: [{ properties: { metadata: { maxProperties: 1 } } }] }),
  ]),
  each('knows numbers that may be texts only by their mark', [
    field(INT_OR_STRING),
    field({ ...INT_OR_STRING, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    field({ ...INT_OR_STRING, allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { maxLength: 3 }] }),
    field({ ...INT_OR_STRING, anyOf: [{ type: 'string' }, { type: 'integer' }] }),
    field({ ...INT_OR_STRING, ...PRESERVE }),
    field({ ...INT_OR_STRING, ...EMBEDDED }),
  ]),
  each('knows what an object inside an object needs', [
    field({ ...EMBEDDED, ...PRESERVE }),
    field({ ...EMBEDDED, type: 'string' }),
    field({ ...EMBEDDED, type: 'object' }),
    field({ ...EMBEDDED, type: 'object', additionalProperties: TEXT }),
    field({ ...EMBEDDED, ...PRESERVE, type: 'object', properties: { kind: { type: 'integer' } } }),
    field({ ...EMBEDDED, ...PRESERVE, type: 'object', properties: { metadata: { type: 'string' } } }),
  ]),
  each('lets a schema restrict no metadata but names', [
    root({ properties: { metadata: { type: 'object' } } }),
    root({ properties: { metadata: { type: 'object', properties: { name: { ...TEXT, maxLength: 3 } } } } }),
    root({ properties: { metadata: { type: 'object', properties: { labels: { type: 'object', additionalProperties: TEXT } } } } }),
    root({ properties: { metadata: { type: 'object', description: 'a' } } }),
    root({ properties: { metadata: TEXT } }),
    root({ properties: { kind: { type: 'integer' } } }),
    root({ properties: { apiVersion: { ...TEXT, default: 'a' } } }),
  ]),
  each('takes fields or any keys, and only the keywords that Kubernetes has', [
    field({ type: 'object', properties: { b: TEXT }, additionalProperties: TEXT }),
    field({ type: 'object', properties: { b: TEXT }, additionalProperties: false }),
    root({ additionalProperties: TEXT }),
    root({ additionalProperties: true }),
    field({ type: 'array', items: TEXT, uniqueItems: true }),
    field({ type: 'array', items: [TEXT] }),
    field({ type: 'string', $ref: 'a' }),
    field({ type: 'string', id: 'a' }),
    field({ type: 'object', patternProperties: { a: TEXT } }),
    field({ type: 'object', definitions: { a: TEXT } }),
  ]),
  each('knows how lists and maps are merged', [
    field({ type: 'array', items: NAMED, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
    field({ type: 'array', items: NAMED, 'x-kubernetes-list-type': 'map' }),
    field({ type: 'array', items: NAMED, 'x-kubernetes-list-map-keys': ['name'] }),
    field({ type: 'array', items: NAMED, 'x-kubernetes-list-type': 'set', 'x-kubernetes-list-map-keys': ['name'] }),
    field({ type: 'array', items: NAMED, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['other'] }),
    field({ type: 'array', items: NAMED, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name', 'name'] }),
    field({ type: 'array', items: TEXT, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }),
    field({
      type: 'array',
      items: { type: 'object', properties: { name: { ...TEXT, nullable: true } } },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    }),
    field({
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'object' } }, required: ['name'] },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    }),
    field({ type: 'array', items: { ...TEXT, nullable: true }, 'x-kubernetes-list-type': 'set' }),
    field({ type: 'array', items: { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set' }, 'x-kubernetes-list-type': 'set' }),
    field({ type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'set' }),
    field({ type: 'array', items: TEXT, 'x-kubernetes-list-type': 'odd' }),
    field({ type: 'string', 'x-kubernetes-list-type': 'set' }),
    field({ type: 'string', 'x-kubernetes-map-type': 'atomic' }),
    field({ type: 'object', 'x-kubernetes-map-type': 'odd' }),
  ]),
  each('takes no default that its schema would refuse or prune', [
    field({ type: 'string', default: 1 }),
    field({ type: 'integer', default: 9, maximum: 4 }),
    field({ type: 'string', enum: ['a'], default: 'b' }),
    field({ type: 'object', properties: { b: TEXT }, default: { odd: 1 } }),
    field({ type: 'object', properties: { b: TEXT }, default: { b: 1 } }),
    field({ type: 'object', properties: { b: TEXT }, required: ['b'], default: {} }),
    field({ type: 'array', items: TEXT, default: [1] }),
    field({ type: 'object', additionalProperties: { ...TEXT, default: 1 } }),
  ]),
];
