import type { ResourceVersion } from '../model/ids.js';

/** The one place where resource versions are compared (design 6.4). They may exceed what a number holds. */

/** Which of two versions is later: decimal text by length, then by text. `undefined` if they differ and cannot be ordered. */
export function compareVersions(a: ResourceVersion, b: ResourceVersion): -1 | 0 | 1 | undefined {
  if (a === b) return 0;
  if (!isDecimal(a) || !isDecimal(b)) return undefined;
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether this version has an order among others. */
export function isOrdered(version: ResourceVersion): boolean {
  return isDecimal(version);
}

/** By hand: versions are compared several times per event, and an expression costs several times as much. */
function isDecimal(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text !== '';
}

/** One digit stays. */
function withoutZeros(decimal: string): string {
  let start = 0;
  while (start < decimal.length - 1 && decimal.charCodeAt(start) === 48) start += 1;
  return start === 0 ? decimal : decimal.slice(start);
}

/** How a version that arrives relates to the one known; `unknown` if they cannot be ordered. */
export function isNewer(candidate: ResourceVersion, known: ResourceVersion | undefined): 'newer' | 'same' | 'older' | 'unknown' {
  if (known === undefined) return 'newer';
  const order = compareVersions(candidate, known);
  if (order === undefined) return 'unknown';
  if (order === 0) return 'same';
  return order > 0 ? 'newer' : 'older';
}
