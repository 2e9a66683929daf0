import { describe, expect, it } from 'vitest';
import { parseExactly } from './exact-numbers.js';
import { decodeStruct } from './go/decode.js';
import { applyJsonPatch } from './patch/json-patch.js';
import type { JsonArray, JsonObject } from './store/json-value.js';
import { hasWrittenForms } from './written-numbers.js';

const lease = (text: string): unknown => decodeStruct(parseExactly(text), 'coordination.v1.LeaseSpec', { path: 'spec', unknown: [] });

describe('numbers as they are written', () => {
  it.each(['1.0', '1e0', '1E2', '-0.0', '0.50'])('%s is remembered, since Go would write it otherwise', (text) => {
    const value = parseExactly(`{"a":[${text}]}`);
    expect(value).toEqual({ a: [Number(text)] });
    expect(hasWrittenForms(value)).toBe(true);
  });

  it.each(['1', '1.5', '-3', '"1.0"', '"a: 1e5"'])('%s is as Go writes it', (text) => {
    expect(hasWrittenForms(parseExactly(`{"a":${text}}`))).toBe(false);
  });

  it('keeps integers of 64 bits beside them', () => {
    expect(parseExactly('[9007199254740993, 1.0]')).toEqual([9007199254740993n, 1]);
  });

  it('takes 1.0 for no integer of a Go type', () => {
    expect(lease('{"leaseDurationSeconds":1}')).toEqual({ leaseDurationSeconds: 1 });
    expect(() => lease('{"leaseDurationSeconds":1.0}')).toThrow(
      'cannot unmarshal number 1.0 into Go struct field LeaseSpec.leaseDurationSeconds of type int32',
    );
  });

  it('compares them by their text in a test of a JSON patch', () => {
    const document: JsonObject = { a: 1 };
    const test = (value: string): unknown =>
      applyJsonPatch(document, parseExactly(`[{"op":"test","path":"/a","value":${value}}]`) as JsonArray);
    expect(test('1')).toEqual(document);
    expect(() => test('1.0')).toThrow('as they are written');
  });
});
