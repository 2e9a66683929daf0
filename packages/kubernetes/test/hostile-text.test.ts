import { describe, expect, it } from 'vitest';
import { groupVersionOf } from '../src/api/address.js';
import { firstWords } from '../src/auth/plugin-words.js';
import { readFailure } from '../src/transport/status-error.js';

/** With time squared, one of these would take minutes. */
const LENGTH = 500_000;
const hostile = ['1', ' ', 'a', '/', 'A=', 'token', 'key ', 'bearer ', '\n', '\u001b[', '\u001b[0;', '.x', '[{"'].map((part) =>
  part.repeat(LENGTH / part.length),
);

describe('text of half a million characters', () => {
  it('[N2, SEC7] of a plugin, an answer or an object is read in a time that grows with its length', () => {
    for (const text of hostile) {
      expect(firstWords(text).length).toBeLessThanOrEqual(200);
      expect(groupVersionOf(text)).toHaveLength(2);
      const body = new TextEncoder().encode(text);
      expect(readFailure({ status: 400, headers: { 'retry-after': text }, body }).message.length).toBeLessThan(LENGTH);
    }
  });
});
