import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { applyDefaults } from './defaults.js';
import { listTypeErrors } from './list-type.js';
import { prune } from './prune.js';
import { validateValue } from './validate.js';

const fieldsOf = (value: JsonValue, schema: JsonObject): readonly string[] =>
  validateValue(value, schema, { path: 'x' }).map((error) => `${error.field} ${error.reason}`);

describe('pruning', () => {
  const schema = {
    type: 'object',
    properties: {
      known: { type: 'string' },
      free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { strict: { type: 'object' } } },
      list: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { id: { type: 'string' } } } },
      pod: { type: 'object', 'x-kubernetes-embedded-resource': true },
    },
  };

  it('drops what the schema does not know, at every depth, and says what', () => {
    const unknown: string[] = [];
    const value = {
      known: 'a',
      x: 1,
      free: { y: 1, strict: { z: 1 } },
      list: [{ id: 'a', w: 1 }],
      map: { k: { id: 'a', v: 1 } },
      pod: { kind: 'Pod', u: 1 },
    };
    expect(prune(value, schema, { path: '', unknown, embedded: [] })).toEqual({
      known: 'a',
      free: { y: 1, strict: {} },
      list: [{ id: 'a' }],
      map: { k: { id: 'a' } },
      pod: { kind: 'Pod' },
    });
    expect(unknown).toEqual(['x', 'free.strict.z', 'list[0].w', 'map.k.v', 'pod.u']);
  });

  it('shares what it does not change', () => {
    const value = { known: 'a', list: [{ id: 'a' }] };
    expect(prune(value, schema, { path: '', unknown: [], embedded: [] })).toBe(value);
  });
});

describe('defaults', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'string', default: 'x' },
      nested: { type: 'object', default: {}, properties: { b: { type: 'integer', default: 1 } } },
      list: { type: 'array', items: { type: 'object', properties: { c: { type: 'boolean', default: false } } } },
      maybe: { type: 'string', nullable: true, default: 'y' },
    },
  };

  it.each([
    { given: {}, result: { a: 'x', nested: { b: 1 }, maybe: 'y' } },
    {
      given: { a: 'z', nested: { b: 2 }, list: [{}], maybe: null },
      result: { a: 'z', nested: { b: 2 }, list: [{ c: false }], maybe: null },
    },
    { given: { a: null }, result: { a: 'x', nested: { b: 1 }, maybe: 'y' } },
  ])('fill $given', ({ given, result }) => {
    expect(applyDefaults(given, schema)).toEqual(result);
  });
});

describe('validation', () => {
  it.each<{ value: JsonValue; schema: JsonObject; errors: readonly string[] }>([
    { value: 1.5, schema: { type: 'integer' }, errors: ['x FieldValueTypeInvalid', '<nil> FieldValueInvalid'] },
    { value: 1, schema: { type: 'number' }, errors: [] },
    { value: null, schema: { type: 'string' }, errors: ['x FieldValueTypeInvalid'] },
    { value: null, schema: { type: 'string', nullable: true }, errors: [] },
    { value: 5, schema: { type: 'integer', maximum: 5, exclusiveMaximum: true }, errors: ['x FieldValueInvalid'] },
    { value: 3, schema: { type: 'integer', multipleOf: 2 }, errors: ['x FieldValueInvalid'] },
    { value: '', schema: { type: 'string', minLength: 1 }, errors: ['x FieldValueInvalid'] },
    { value: 'no', schema: { type: 'string', format: 'date-time' }, errors: ['x FieldValueTypeInvalid'] },
    { value: 'no', schema: { type: 'string', format: 'made-up' }, errors: [] },
    { value: { a: 1 }, schema: { type: 'object', maxProperties: 0 }, errors: ['x FieldValueTooMany'] },
    { value: 1, schema: { oneOf: [{ type: 'integer' }, { type: 'number' }] }, errors: ['<nil> FieldValueInvalid'] },
    { value: 1, schema: { not: { type: 'integer' } }, errors: ['<nil> FieldValueInvalid'] },
    {
      value: 1,
      schema: { allOf: [{ maximum: 0 }, { minimum: 2 }] },
      errors: ['x FieldValueInvalid', 'x FieldValueInvalid', '<nil> FieldValueInvalid'],
    },
    { value: true, schema: { type: 'string', enum: ['a'] }, errors: ['x FieldValueTypeInvalid', 'x FieldValueNotSupported'] },
    { value: ['a'], schema: { type: 'string', format: 'date' }, errors: [] },
    { value: ['a'], schema: { type: 'string', format: 'made-up' }, errors: ['x FieldValueTypeInvalid'] },
    {
      value: { b: { c: 1 } },
      schema: {
        properties: { b: { properties: { c: { type: 'integer' } } } },
        anyOf: [{ required: ['a'] }, { properties: { b: { properties: { c: { minimum: 3 } } } } }],
      },
      errors: ['<nil> FieldValueInvalid', 'x.b.c FieldValueInvalid'],
    },
    { value: 'a', schema: { type: 'string', pattern: '(?<=' }, errors: [] },
    {
      value: { constructor: 1 },
      schema: { type: 'object', required: ['toString'], properties: {} },
      errors: ['x.toString FieldValueRequired'],
    },
  ])('of $value against $schema finds $errors', ({ value, schema, errors }) => {
    expect(fieldsOf(value, schema)).toEqual(errors);
  });
});

describe('a change', () => {
  const items = { type: 'object', properties: { id: { type: 'string' }, n: { type: 'integer', maximum: 5 } } };
  const keyed = { type: 'array', maxItems: 1, items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'] };
  const object = { type: 'object', required: ['a'], properties: { b: { type: 'string', maxLength: 1 }, c: { type: 'integer' } } };
  const two = [
    { id: 'x', n: 9 },
    { id: 'y', n: 8 },
  ];

  it.each<{ does: string; value: JsonValue; before: JsonValue; schema: JsonObject; errors: readonly string[] }>([
    { does: 'leaves what is the same', value: { b: 'xx' }, before: { b: 'xx' }, schema: object, errors: [] },
    {
      does: 'is refused where it lacks something',
      value: { b: 'xx', c: 1 },
      before: { b: 'xx' },
      schema: object,
      errors: ['x.a FieldValueRequired'],
    },
    { does: 'finds members by their keys', value: [...two].reverse(), before: two, schema: keyed, errors: [] },
    {
      does: 'counts what surrounds them',
      value: [...two, { id: 'z', n: 1 }],
      before: two,
      schema: keyed,
      errors: ['x FieldValueTooMany'],
    },
    {
      does: 'compares members of other lists with nothing',
      value: ['xx', 'yy'],
      before: ['xx'],
      schema: { type: 'array', items: { type: 'string', maxLength: 1 } },
      errors: ['x[0] FieldValueTooLong', 'x[1] FieldValueTooLong'],
    },
  ])('$does', ({ value, before, schema, errors }) => {
    const found = validateValue(value, schema, { path: 'x', before });
    expect(found.map((error) => `${error.field} ${error.reason}`)).toEqual(errors);
  });
});

describe('list types', () => {
  const map = { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };
  it.each<{ value: JsonValue; schema: JsonObject; errors: readonly string[] }>([
    { value: ['a', 'a', 'a'], schema: { type: 'array', 'x-kubernetes-list-type': 'set' }, errors: ['x[1]'] },
    {
      value: [
        { k: 1, v: 1 },
        { k: 1, v: 2 },
      ],
      schema: map,
      errors: ['x[1]'],
    },
    { value: [{ k: null }, {}], schema: map, errors: [] },
    { value: [{ k: 1 }, 2], schema: map, errors: ['x[1]'] },
  ])('of $value finds repetitions at $errors', ({ value, schema, errors }) => {
    expect(listTypeErrors(value, schema, 'x').map(({ field }) => field)).toEqual(errors);
  });
});
