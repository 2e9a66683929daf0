import { createHash } from 'node:crypto';
import type { HistoryEntry } from '../history/history.js';
import { canonicalText } from './canonical-text.js';
import type { Violation } from './invariant.js';

/** SHA-256 of a history, in hexadecimal: equal for equal histories, whatever the order of keys in their bodies. */
export function hashHistory(history: readonly HistoryEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of history) hash.update(`${canonicalText(entry)}\n`);
  return hash.digest('hex');
}

/**
 * S22: the same seed is the same story. Compares two histories of one seed by their hashes; if they differ, names the first entry
 * that does, and what both have in its place.
 */
export function checkDeterminism(first: readonly HistoryEntry[], second: readonly HistoryEntry[]): readonly Violation[] {
  if (hashHistory(first) === hashHistory(second)) return [];
  const length = Math.max(first.length, second.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [canonicalText(first[index]), canonicalText(second[index])];
    if (one === other) continue;
    const message = `two runs of one seed differ from entry ${index} on: ${excerpt(one, other)} and ${excerpt(other, one)}`;
    return [{ invariant: 'S22', message, seq: first[index]?.seq ?? second[index]?.seq }];
  }
  return [];
}

/** The place where a text begins to differ from another, with a little around it. */
function excerpt(text: string, other: string): string {
  let index = 0;
  while (index < text.length && text[index] === other[index]) index += 1;
  return `…${text.slice(Math.max(0, index - 60), index + 60)}…`;
}
