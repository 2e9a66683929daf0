import type { Random } from './random.js';

/**
 * Chance that can be repeated: the same seed gives the same numbers and the same uuids on every platform (sfc32).
 *
 * @param seed any number; its lower 32 bits count.
 */
export function createSeededRandom(seed: number): Random {
  const nextUint32 = sfc32(seed >>> 0);
  return {
    next: () => nextUint32() / 2 ** 32,
    uuid: () => uuidOf([nextUint32(), nextUint32(), nextUint32(), nextUint32()]),
  };
}

function sfc32(seed: number): () => number {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Neighbouring seeds begin alike; a dozen rounds part them.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

function uuidOf(words: readonly [number, number, number, number]): string {
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const variant = ((words[2] >>> 28) & 0b0011) | 0b1000;
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant.toString(16)}${hex.slice(17, 20)}`, hex.slice(20)].join(
    '-',
  );
}
