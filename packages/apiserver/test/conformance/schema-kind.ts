// A kind whose second version is strict, while its first, which is the stored one, takes everything: so there are objects that were
// invalid before they are changed.

import type { Json } from './case.js';

const TEXT = { type: 'string' };
const NUMBER = { type: 'integer' };
const FORMATS = ['bsonobjectid', 'byte', 'cidr', 'creditcard', 'date', 'date-time', 'datetime', 'duration', 'email', 'hexcolor'].concat(
  ['hostname', 'ipv4', 'ipv6', 'isbn', 'isbn10', 'isbn13', 'k8s-long-name', 'k8s-short-name', 'mac', 'password', 'rgbcolor', 'ssn'],
  ['uri', 'uuid', 'uuid3', 'uuid4', 'uuid5', 'unheard-of'],
);

/** The schema of `spec` in the strict version. */
const STRICT = {
  type: 'object',
  properties: {
    mode: { type: 'string', enum: ['slow', 'fast'] },
    ratio: { type: 'number', enum: [1, 2] },
    any: { type: 'string', anyOf: [{ pattern: '^a' }, { minLength: 5, maxLength: 8 }] },
    anyObject: {
      type: 'object',
      properties: { a: TEXT, b: { type: 'object', properties: { c: NUMBER } } },
      anyOf: [{ required: ['a'] }, { required: ['b'], properties: { b: { required: ['c'], properties: { c: { minimum: 3 } } } } }],
    },
    one: { type: 'integer', oneOf: [{ maximum: 5 }, { minimum: 3 }, { multipleOf: 7, minimum: 100 }] },
    all: { type: 'string', allOf: [{ minLength: 3 }, { pattern: '^b' }], not: { enum: ['bad'] } },
    bounded: { type: 'integer', minimum: 1, maximum: 5 },
    short: { type: 'array', maxItems: 2, minItems: 1, items: { type: 'string', maxLength: 2 } },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['id'],
      items: { type: 'object', required: ['id'], properties: { id: TEXT, weight: { type: 'integer', maximum: 5 } } },
    },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: TEXT },
    needs: { type: 'object', required: ['x'], properties: { x: TEXT, y: TEXT } },
    map: { type: 'object', additionalProperties: { type: 'string', maxLength: 2 } },
    sets: { type: 'object', additionalProperties: { type: 'array', 'x-kubernetes-list-type': 'set', items: TEXT } },
    embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    formats: { type: 'object', properties: Object.fromEntries(FORMATS.map((format) => [format, { type: 'string', format }])) },
  },
};

export function forms(group: string): Json {
  const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const strict = {
    type: 'object',
    properties: { spec: STRICT, status: { type: 'object', required: ['x'], properties: { x: TEXT, y: TEXT } } },
  };
  const version = (name: string, storage: boolean, schema: Json): Json => ({
    name,
    storage,
    served: true,
    subresources: { status: {} },
    schema: { openAPIV3Schema: schema },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `forms.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'forms', kind: 'Form', singular: 'form' },
      versions: [version('v1', true, free), version('v2', false, strict)],
    },
  };
}
