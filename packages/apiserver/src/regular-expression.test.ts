import { describe, expect, it } from 'vitest';
import { readExpression } from './regular-expression.js';

function expression(pattern: string): { test(text: string): boolean; findAll(text: string, most: number): readonly string[] } {
  const read = readExpression(pattern);
  if ('error' in read) throw new Error(read.error);
  return read.expression;
}

describe('a regular expression', () => {
  it.each([
    ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['(?!a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?!`'],
    ['(a)\\1', 'error parsing regexp: invalid escape sequence: `\\1`'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
    ['a\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
  ])('is refused in the words of Go where RE2 knows no %j', (pattern, error) => {
    expect(readExpression(pattern)).toEqual({ error });
  });

  it.each([
    ['^[[:alpha:]]+\\z', 'abc', 'a1'],
    ['(?i)^k8s$', 'K8S', 'k8'],
    ['^\\pL$', 'é', '1'],
    ['^\\Q.\\E$', '.', 'a'],
    ['^(?P<a>x)(?P<a>y)$', 'xy', 'x'],
    ['^.$', '😀', 'ab'],
  ])('%j of RE2 has its meaning', (pattern, matching, other) => {
    expect(expression(pattern).test(matching)).toBe(true);
    expect(expression(pattern).test(other)).toBe(false);
  });

  it('takes a time that is linear in the text, where backtracking would never end', () => {
    const { test } = expression('^(a+)+$');
    expect(test(`${'a'.repeat(20_000)}b`)).toBe(false);
    expect(test('a'.repeat(20_000))).toBe(true);
  });

  it('finds the parts that match, at most so many', () => {
    const { findAll } = expression('[0-9]+');
    expect(findAll('a1b22c333', -1)).toEqual(['1', '22', '333']);
    expect(findAll('a1b22c333', 2)).toEqual(['1', '22']);
    expect(findAll('abc', -1)).toEqual([]);
  });
});
