import { describe, expect, it } from 'vitest';
import { valueText } from './value-text.js';

describe('a value in a few words', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  it.each<{ text: string; of: () => unknown }>([
    { text: '"a"', of: () => 'a' },
    { text: 'null', of: () => null },
    { text: 'undefined', of: () => undefined },
    { text: 'NaN', of: () => Number.NaN },
    { text: '-Infinity', of: () => Number.NEGATIVE_INFINITY },
    { text: '5n', of: () => 5n },
    { text: '{"a":["NaN",1]}', of: () => ({ a: [Number.NaN, 1] }) },
    { text: 'Symbol(s)', of: () => Symbol('s') },
    { text: 'the function valueText', of: () => valueText },
    { text: `["${'x'.repeat(75)}...`, of: () => ['x'.repeat(100)] },
    { text: 'object', of: () => circle },
  ])('is $text', ({ text, of }) => {
    expect(valueText(of())).toBe(text);
  });
});
