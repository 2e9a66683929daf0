import type { Random } from '@kopfts/core';

/** A whole number from 0 on, below the bound. */
export function below(random: Random, bound: number): number {
  return Math.floor(random.next() * bound);
}

export function oneOf<T>(random: Random, [first, ...others]: readonly [T, ...(readonly T[])]): T {
  return others[below(random, others.length + 1) - 1] ?? first;
}

/** Whether something happens that happens so often, 0 to 1. */
export function happens(random: Random, share: number): boolean {
  return random.next() < share;
}
