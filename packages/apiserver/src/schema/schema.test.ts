import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { applyDefaults } from './defaults.js';
import { Patterns } from './pattern.js';
import { prune } from './prune.js';
import { validateValue } from './validate.js';

const fieldsOf = (value: JsonValue, schema: JsonObject): readonly string[] =>
  validateValue(value, schema, { path: 'x', patterns: new Patterns() }).map((error) => `${error.field} ${error.reason}`);

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
    { value: ['a', 'a'], schema: { type: 'array', 'x-kubernetes-list-type': 'set' }, errors: ['x[1] FieldValueDuplicate'] },
    {
      value: [
        { k: 1, v: 1 },
        { k: 1, v: 2 },
      ],
      schema: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
      errors: ['x[1] FieldValueDuplicate'],
    },
    { value: { a: 1 }, schema: { type: 'object', maxProperties: 0 }, errors: ['x FieldValueTooMany'] },
    { value: 1, schema: { oneOf: [{ type: 'integer' }, { type: 'number' }] }, errors: ['x FieldValueInvalid'] },
    { value: 1, schema: { not: { type: 'integer' } }, errors: ['x FieldValueInvalid'] },
    { value: 1, schema: { allOf: [{ maximum: 0 }, { minimum: 2 }] }, errors: ['x FieldValueInvalid', 'x FieldValueInvalid'] },
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
