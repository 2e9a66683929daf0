import { randomInt } from 'node:crypto';

/** Chance for the server: uids, generated names, watch lifetimes. The same seed gives the same sequence. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number;
}

/** A small generator (mulberry32); without a seed it starts at a random state. */
export function createRandom(seed = randomInt(2 ** 31)): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

function hexWord(random: Random): string {
  return Math.floor(random.next() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

/** A random uid in the form of a version 4 UUID. */
export function createUid(random: Random): string {
  const hex = hexWord(random) + hexWord(random) + hexWord(random) + hexWord(random);
  const variant = '89ab'.charAt(Math.floor(random.next() * 4));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

// No vowels and no look-alikes, as in Kubernetes.
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const LONGEST_PREFIX = 58;

/** The name for a `generateName`. */
export function generateName(prefix: string, random: Random): string {
  const suffix = Array.from({ length: 5 }, () => SUFFIX_ALPHABET.charAt(Math.floor(random.next() * SUFFIX_ALPHABET.length)));
  return prefix.slice(0, LONGEST_PREFIX) + suffix.join('');
}
