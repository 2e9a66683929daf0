import { describe, expect, it } from 'vitest';
import { compileErrorText } from './compile-error.js';
import { compileRule } from './compiled-rule.js';
import { Declarations } from './declared-type.js';
import { loadCel, newEnvironment } from './library.js';

describe('what is wrong with a rule', () => {
  it.each([
    ['self.n > 1 &&\n  self.x', "ERROR: <input>:2:7: undefined field 'x'\n |   self.x\n | ......^"],
    ['1 in self.l', "ERROR: <input>:1:3: found no matching overload for '@in' applied to '(int, list(string))'\n | 1 in self.l\n | ..^"],
    ['-self.s == ""', "ERROR: <input>:1:1: found no matching overload for '-_' applied to '(string)'\n | -self.s == \"\"\n | ^"],
    [
      'self.s.startsWith(1)',
      "ERROR: <input>:1:18: found no matching overload for 'startsWith' applied to 'string.(int)'\n | self.s.startsWith(1)\n | .................^",
    ],
  ])('in %j is told with its place', async (rule, text) => {
    await loadCel();
    const environment = newEnvironment();
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' }, s: { type: 'string' }, l: { type: 'array', items: { type: 'string' } } },
    };
    const self = new Declarations(environment).of(schema);
    if (self === undefined) throw new Error('the schema has no type');
    expect(compileRule({ rule }, schema, { environment, self, size: undefined }).error).toBe(`compilation failed: ${text}`);
  });

  it('is told even where the library names no place', async () => {
    await loadCel();
    expect(compileErrorText('a', new Error('odd'), newEnvironment())).toBe('ERROR: <input>:1:1: odd\n | a\n | ^');
  });
});
