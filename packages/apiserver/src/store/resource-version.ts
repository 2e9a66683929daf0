import type { ApiStatusError } from '../errors.js';
import { badRequest, untyped } from '../errors.js';

// Clients treat versions as opaque text; only the server reads them as numbers, with the error texts of Go's strconv.

const DECIMAL = /^[0-9]+$/;
const MAX_UINT64 = 2n ** 64n - 1n;

function parseFailure(text: string): string | undefined {
  const shown = `strconv.ParseUint: parsing ${JSON.stringify(text)}: `;
  if (!DECIMAL.test(text)) return `${shown}invalid syntax`;
  return BigInt(text) > MAX_UINT64 ? `${shown}value out of range` : undefined;
}

/** The version in a body; empty is 0. A malformed one is an untyped 500, as in kube-apiserver. */
export function bodyVersion(text: string): number {
  if (text === '') return 0;
  const failure = parseFailure(text);
  if (failure !== undefined) throw untyped(failure);
  return Number(text);
}

/** The version of a list (400 when malformed). */
export function listVersion(text: string): number {
  return optionVersion(text, (failure) => badRequest(`invalid resource version: ${failure}`));
}

/** The version of a get or a watch (an untyped 500 when malformed). */
export function readVersion(text: string): number {
  return optionVersion(text, untyped);
}

function optionVersion(text: string, refuse: (failure: string) => ApiStatusError): number {
  if (text === '') return 0;
  const failure = parseFailure(text);
  if (failure !== undefined) throw refuse(`resourceVersion: Invalid value: ${JSON.stringify(text)}: ${failure}`);
  return Number(text);
}
