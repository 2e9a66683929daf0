import type { ResourceVersion } from '../model/ids.js';

/** The one place where resource versions are compared (design 6.4). They may exceed what a number holds. */

const DECIMAL = /^\d+$/;

/** Which of two versions is later: decimal text by length, then by text. `undefined` if they differ and cannot be ordered. */
export function compareVersions(a: ResourceVersion, b: ResourceVersion): -1 | 0 | 1 | undefined {
  if (a === b) return 0;
  if (!DECIMAL.test(a) || !DECIMAL.test(b)) return undefined;
  const left = a.replace(/^0+(?=\d)/, '');
  const right = b.replace(/^0+(?=\d)/, '');
  if (left.length !== right.length) return left.length < right.length ? -1 : 1;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether this version has an order among others. */
export function isOrdered(version: ResourceVersion): boolean {
  return DECIMAL.test(version);
}

/** How a version that arrives relates to the one known; `unknown` if they cannot be ordered. */
export function isNewer(candidate: ResourceVersion, known: ResourceVersion | undefined): 'newer' | 'same' | 'older' | 'unknown' {
  if (known === undefined) return 'newer';
  const order = compareVersions(candidate, known);
  if (order === undefined) return 'unknown';
  if (order === 0) return 'same';
  return order > 0 ? 'newer' : 'older';
}
