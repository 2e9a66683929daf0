import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parseJson } from './json-text.js';

class Refused extends Error {}
const problemOf = (text: string): string => {
  try {
    parseJson(text, (why) => new Refused(why));
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  return '';
};

describe('reading JSON', () => {
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"', `invalid character '"' after object key:value pair`],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['1 1', "invalid character '1' after top-level value"],
    ['"a', 'unexpected end of JSON input'],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['-', "invalid character ' ' in numeric literal"],
    ['"\\', "invalid character ' ' in string escape code"],
  ])('refuses %j like Go does', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it('accepts everything that JSON.parse accepts, and always says something about the rest', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((text) => text.slice(0, -1)),
        ),
        (text) => {
          let isJson = true;
          try {
            JSON.parse(text);
          } catch {
            isJson = false;
          }
          expect(problemOf(text) === '').toBe(isJson);
        },
      ),
    );
  });

  it('refuses nesting that no walk would survive, but not brackets in strings', () => {
    expect(problemOf('['.repeat(100_000))).toContain('exceeded max depth');
    expect(problemOf(JSON.stringify('['.repeat(100_000)))).toBe('');
  });
});

describe('reading long numbers', () => {
  const read = (text: string): unknown => parseJson(text, (why) => new Refused(why));

  it('keeps integers of 64 bits, and makes floats of everything else', () => {
    expect(read('[9007199254740993,-9223372036854775808,9223372036854775808,0.12345678901234567,1e21]')).toEqual([
      9007199254740993n,
      -9223372036854775808n,
      9223372036854775808,
      0.12345678901234567,
      1e21,
    ]);
  });

  it('leaves digits in texts alone, also those that look like its own marks', () => {
    expect(read('{"a":"9007199254740993","\\u0069nteger-0:":9007199254740993,"b":"integer-0:1"}')).toEqual({
      a: '9007199254740993',
      'integer-0:': 9007199254740993n,
      b: 'integer-0:1',
    });
  });
});
