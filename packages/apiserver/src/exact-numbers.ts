// Integers that a JavaScript number cannot hold: where a client wrote one, it comes back as it was. Everything else is a number, which
// Go and JavaScript write alike.

import type { JsonValue } from './store/json-value.js';
import { rememberForm } from './written-numbers.js';

/** A text, or a whole number token: digits of a fraction are none. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const CANDIDATE = /\d{16}|[eE][+-]?\d{3}/;
/** A number that Go would write otherwise. */
const OTHERWISE = /[:[,]\s*-?\d+(?:\.\d*0(?!\d)|(?:\.\d+)?[eE][+-]?\d)/;
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** A number is too large for a Go float64; the message is the one of Go's decoder. */
export class NumberRangeError extends Error {
  override readonly name = 'NumberRangeError';

  constructor(text: string) {
    super(`json: cannot unmarshal number ${text} into Go value of type float64`);
  }
}

/**
 * `JSON.parse` with integers of 64 bits as bigints where numbers would round them. Other long integers become numbers,
 * as they become floats in Go, unless `keepsAll`.
 *
 * Throws a {@link NumberRangeError}, and a SyntaxError like `JSON.parse`.
 */
export function parseExactly(text: string, { keepsAll = false }: { readonly keepsAll?: boolean } = {}): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  if (!CANDIDATE.test(text) && !OTHERWISE.test(text)) return value;
  const mark = unusedMark(text);
  const marked = text.replace(TOKENS, (token) => {
    if (token.startsWith('"')) return token;
    if (!Number.isFinite(Number(token))) throw new NumberRangeError(token);
    if (!/^-?\d+$/.test(token)) return String(Number(token)) === token ? token : JSON.stringify(mark + token);
    if (Number.isSafeInteger(Number(token))) return token;
    const integer = BigInt(token);
    if (!keepsAll && (integer < LEAST || integer > MOST)) return token;
    return JSON.stringify(mark + token);
  });
  if (marked === text) return value;
  return JSON.parse(marked, function (this: object, key, item: unknown) {
    return typeof item === 'string' && item.startsWith(mark) ? unmarked(this, key, item.slice(mark.length)) : item;
  }) as JsonValue;
}

function unmarked(holder: object, key: string, token: string): number | bigint {
  if (/^-?\d+$/.test(token)) return BigInt(token);
  rememberForm(holder, key, token);
  return Number(token);
}

/** The start of a text that occurs nowhere in the document, not even escaped. */
function unusedMark(text: string): string {
  const plain = text.replace(/\\u([0-9a-fA-F]{4})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  for (let attempt = 0; ; attempt += 1) {
    const mark = `integer-${attempt}:`;
    if (!text.includes(mark) && !plain.includes(mark)) return mark;
  }
}

/** `JSON.stringify` that also writes bigints; only values that have some pay for it. */
export function jsonTextOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError) || !/BigInt/.test(error.message)) throw error;
    return exactText(value) ?? 'null';
  }
}

function exactText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => exactText(item) ?? 'null').join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, item]) => {
    const text = exactText(item);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${members.join(',')}}`;
}
