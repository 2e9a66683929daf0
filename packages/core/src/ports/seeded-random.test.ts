import { expect, it } from 'vitest';
import { createSeededRandom } from './seeded-random.js';

const draw = (seed: number) => {
  const random = createSeededRandom(seed);
  return [random.next(), random.uuid(), random.next()];
};

it('repeats itself under the same seed', () => {
  expect(draw(42)).toEqual(draw(42));
});

it('differs from the first draw on under neighbouring seeds', () => {
  expect(new Set([0, 1, 2, 3, 4].map((seed) => String(draw(seed)[0]))).size).toBe(5);
});
