import { describe, expect, it } from 'vitest';
import { matchesSegment } from './glob.js';

describe('a part of a glob', () => {
  it.each([
    ['*', '', true],
    ['*', 'a.ts', true],
    ['**', 'a', true],
    ['*.ts', 'a.ts', true],
    ['*.ts', 'a.ts.js', false],
    ['*.ts', '.ts.ts', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['?.ts', 'a.ts', true],
    ['?.ts', '.ts', false],
    ['a?', 'a', false],
    ['a', 'ab', false],
    ['a.(b)+[c]$', 'a.(b)+[c]$', true],
    ['a.b', 'axb', false],
    ['', '', true],
    ['', 'a', false],
  ])('%s and the name "%s": %s', (glob, name, matches) => {
    expect(matchesSegment(glob, name)).toBe(matches);
  });

  it('[N2, SEC7] with many stars is compared in steps, not in all ways', () => {
    // All ways are hundreds of millions, each as long as the rest of the name: they would take minutes.
    expect(matchesSegment(`${'*a'.repeat(7)}*b`, 'a'.repeat(63))).toBe(false);
  });
});
