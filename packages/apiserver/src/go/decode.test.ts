import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../store/json-value.js';
import { DecodeError } from './decode-error.js';
import { decodeStruct } from './decode.js';
import { goStruct } from './go-type.js';
import { TYPE_TABLE } from './type-table.js';

const decode = (value: JsonObject, ref: string): { body: JsonObject; unknown: string[] } => {
  const unknown: string[] = [];
  return { body: decodeStruct(value, ref, { path: '', unknown }), unknown };
};

describe('the table of Go types', () => {
  it('has every type that another one is made of, and a number for every field', () => {
    for (const line of TYPE_TABLE.trim().split('\n')) {
      for (const { of, number } of goStruct(line.split(' ')[0] ?? '').fields.values()) {
        if (of.type === 'struct') expect(goStruct(of.ref).name).not.toBe('');
        expect(number).toBeGreaterThan(0);
      }
    }
  });
});

describe('decoding', () => {
  it.each([
    { does: 'drops empty maps', ref: 'core.v1.ConfigMap', value: { metadata: {}, data: {} }, body: { metadata: {} } },
    {
      does: 'keeps a pointer to false',
      ref: 'core.v1.ConfigMap',
      value: { metadata: {}, immutable: false },
      body: { metadata: {}, immutable: false },
    },
    {
      does: 'writes a list that is never left out as null',
      ref: 'core.v1.PodSpec',
      value: { containers: [] },
      body: { containers: null },
    },
    {
      does: 'takes null for absent',
      ref: 'core.v1.ConfigMap',
      value: { metadata: null, data: { a: null } },
      body: { metadata: {}, data: { a: '' } },
    },
    {
      does: 'writes times in UTC',
      ref: 'meta.v1.ObjectMeta',
      value: { creationTimestamp: '2026-01-01T01:00:00+01:00' },
      body: { creationTimestamp: '2026-01-01T00:00:00Z' },
    },
    { does: 'adds empty structures', ref: 'coordination.v1.Lease', value: { metadata: {} }, body: { metadata: {}, spec: {} } },
  ])('$does', ({ ref, value, body }) => {
    expect(decode(value, ref).body).toEqual(body);
  });

  it('shares what it does not change', () => {
    const value = { metadata: { name: 'a' }, data: { k: 'v' } };
    expect(decode(value, 'core.v1.ConfigMap').body).toBe(value);
  });

  it('names the path of what it does not know', () => {
    const value = { metadata: { odd: 1 }, spec: { containers: [{ name: 'a', more: 1 }] } };
    expect(decode(value, 'core.v1.Pod').unknown).toEqual(['metadata.odd', 'spec.containers[0].more']);
  });

  it.each([
    { value: { data: { a: 1 } }, message: 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string' },
    {
      value: { metadata: { generation: 'x' } },
      message: 'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.generation of type int64',
    },
    { value: { metadata: 5 }, message: 'json: cannot unmarshal number into Go struct field ConfigMap.metadata of type v1.ObjectMeta' },
    {
      // The first of several …
      value: { metadata: { name: [], generation: 'x' }, data: 1 },
      message: 'json: cannot unmarshal array into Go struct field ObjectMeta.metadata.name of type string',
    },
    {
      // … but for types that read themselves: those end it.
      value: { metadata: { name: [], creationTimestamp: 1 } },
      message: 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    },
    { value: { binaryData: { a: 'no' } }, message: 'illegal base64 data at input byte 0' },
    { value: { binaryData: { a: 'YQ=x' } }, message: 'illegal base64 data at input byte 2' },
  ])('refuses $value in the words of Go', ({ value, message }) => {
    const decoding = (): unknown => decode(value, 'core.v1.ConfigMap');
    expect(decoding).toThrow(DecodeError);
    expect(decoding).toThrow(message);
  });
});
