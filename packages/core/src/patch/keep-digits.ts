import { isExactNumber } from '../model/exact-number.js';
import { holdsExactNumbers, isJsonObject, jsonEqual, plainOf, setOwn, type Json } from '../model/json.js';

/**
 * What a user gave, with the digits of the numbers that are still those which were seen (design 6.15): users see rounded numbers, and
 * what they hand back unchanged must not be written rounded. The elements of lists are found again where they moved.
 *
 * @param before what is on the object
 */
export function keepDigits(before: Json | undefined, given: Json): Json {
  if (isExactNumber(before)) return given === before.value ? (before as unknown as Json) : given;
  if (!holdsExactNumbers(before)) return given;
  if (Array.isArray(before) && Array.isArray(given)) return keepInList(before as readonly Json[], given as readonly Json[]);
  if (!isJsonObject(before) || !isJsonObject(given)) return given;
  const kept: Record<string, Json | undefined> = {};
  for (const key of Object.keys(given)) {
    const value = given[key];
    setOwn(kept, key, value === undefined ? undefined : keepDigits(Object.hasOwn(before, key) ? before[key] : undefined, value));
  }
  return kept;
}

function keepInList(before: readonly Json[], given: readonly Json[]): readonly Json[] {
  return given.map((item, i) => {
    if (looksLike(before[i], item)) return before[i] as Json;
    const whole = before.find((candidate) => holdsExactNumbers(candidate) && looksLike(candidate, item));
    if (whole !== undefined) return whole;
    // It moved and was changed, too: wherever a number of it is found again.
    const candidates = [before[i], ...before].map((candidate) => keepDigits(candidate, item));
    return candidates.find(holdsExactNumbers) ?? item;
  });
}

function looksLike(before: Json | undefined, given: Json): boolean {
  return before !== undefined && jsonEqual(plainOf(before), given);
}
