import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldProblems } from './duplicate-fields.js';

describe('problems of fields', () => {
  it.each([
    { text: '{"a":1,"b":{"a":2}}', found: [] },
    { text: '{"a":1,"a":2}', found: ['duplicate a'] },
    { text: '{"a":{"b":1,"b":2},"c":[{"d":1},{"d":1,"d":2}]}', found: ['duplicate a.b', 'duplicate c[1].d'] },
    { text: '{"a":"x\\"a\\": 1","\\u0061":2}', found: ['duplicate a'] },
    { text: '[]', found: [] },
  ])('are $found in $text', ({ text, found }) => {
    expect(fieldProblems(text, []).map(({ kind, path }) => `${kind} ${path}`)).toEqual(found);
  });

  it('come in the order of the text', () => {
    const problems = fieldProblems('{"odd":1,"a":1,"a":2,"more":3}', ['odd', 'more']);
    expect(problems.map(({ path }) => path)).toEqual(['odd', 'a', 'more']);
  });

  it('are none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(fieldProblems(JSON.stringify(JSON.parse(text)), [])).toEqual([]);
      }),
    );
  });
});
