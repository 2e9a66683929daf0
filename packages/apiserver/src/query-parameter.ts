import { badRequest } from './errors.js';

// Query parameters as the Go client machinery reads them.

const FALSE = new Set(['false', '0']);

/** Everything but `false` and `0` is true, also no value at all. */
export function isTrue(value: string): boolean {
  return !FALSE.has(value.toLowerCase());
}

/** Throws 400 for a text that is no number; undefined for none. */
export function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return Number(value);
}
