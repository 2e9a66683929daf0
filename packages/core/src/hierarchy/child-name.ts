import { hashText } from '../model/text-hash.js';

/** What every kind takes, also those that are names in DNS. */
const MOST_CHARACTERS = 63;

/** The same for the same words, another one for others: whoever is interrupted and begins anew finds what was made before. */
export function childName(prefix: string, words: readonly string[]): string {
  const mark = hashText(JSON.stringify(words)).padStart(11, '0').slice(-11);
  const readable = prefix
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, MOST_CHARACTERS - mark.length - 1)
    .replace(/^-+|(?<!-)-+$/g, '');
  return readable === '' ? `x-${mark}` : `${readable}-${mark}`;
}
