import { describe, expect, it } from 'vitest';
import { isExactNamespace, matchesNamespace } from './namespace-pattern.js';

describe('matchesNamespace', () => {
  it.each([
    ['default', 'default', true],
    ['default', 'default2', false],
    ['team-*', 'team-a', true],
    ['team-*', 'steam-a', false],
    ['team-?', 'team-ab', false],
    ['team-[ab]', 'team-b', true],
    ['team-[!ab]', 'team-b', false],
    ['team-[a-c]*', 'team-c1', true],
    ['*a*b', 'xaxxb', true],
    ['*a*b', 'xaxxc', false],
  ])('[D-23] %s on %s is %s', (pattern, name, expected) => expect(matchesNamespace(pattern, name)).toBe(expected));

  it.each([
    ['myapp-live', true],
    ['myapp-pr-123', true],
    ['myapp-pr-456', false],
    ['otherapp-pr-123', false],
  ])('[D-24, D-25] excludes and re-includes in order, the first glob decides: %s is %s', (name, expected) =>
    expect(matchesNamespace('myapp-*, !*-pr-*, *-pr-123', name)).toBe(expected),
  );

  it('[D-25] puts a star before a leading negation', () => {
    expect(matchesNamespace('!kube-*', 'default')).toBe(true);
    expect(matchesNamespace('!kube-*', 'kube-system')).toBe(false);
  });

  it('[D-28] tells names from patterns', () => {
    expect(['default', 'team-*', 'a,b', '!x', 'a?'].map(isExactNamespace)).toEqual([true, false, false, false, false]);
  });
});
