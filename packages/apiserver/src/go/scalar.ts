// The leaves of Go types, with the errors of their decoders.

import { RecentMap } from '../recent-map.js';
import type { JsonValue } from '../store/json-value.js';
import { isArray } from '../store/json-value.js';
import { DecodeError } from './decode-error.js';
import type { ScalarName } from './go-type.js';

/** Builds the error for a value of the wrong JSON type; `shown` replaces the name of its type. */
export type Refuse = (wanted: string, shown?: string) => DecodeError;

export function zeroOf(type: ScalarName): JsonValue {
  switch (type) {
    case 'string':
    case 'bytes':
      return '';
    case 'bool':
      return false;
    case 'int':
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intorstring':
      return 0;
    case 'quantity':
      return '0';
    case 'time':
    case 'microtime':
    case 'raw':
      return null;
  }
}

export function decodeScalar(value: JsonValue, of: { readonly type: ScalarName; readonly goName: string }, refuse: Refuse): JsonValue {
  switch (of.type) {
    case 'raw':
      return value;
    case 'string':
      if (typeof value !== 'string') throw refuse(of.goName);
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw refuse(of.goName);
      return value;
    case 'int':
    case 'int32':
    case 'int64':
      return decodeInteger(value, of.goName, refuse);
    case 'float64':
      if (typeof value === 'bigint') return Number(value);
      if (typeof value !== 'number') throw refuse(of.goName);
      return value;
    case 'intorstring':
      return typeof value === 'string' ? value : decodeInteger(value, 'int32', refuse);
    case 'quantity':
      return decodeQuantity(value, refuse);
    case 'time':
      return decodeTime(value, refuse);
    case 'microtime':
      return decodeMicroTime(value, refuse);
    case 'bytes':
      return decodeBytes(value, refuse);
  }
}

function decodeInteger(value: JsonValue, goName: string, refuse: Refuse): JsonValue {
  if (typeof value === 'bigint') {
    if (goName === 'int32' || BigInt.asIntN(64, value) !== value) throw refuse(goName, `number ${value}`);
    return value;
  }
  if (typeof value !== 'number') throw refuse(goName);
  const isInRange = goName === 'int32' ? Math.abs(value) <= 2 ** 31 : Math.abs(value) <= 2 ** 63;
  if (!Number.isInteger(value) || !isInRange) throw refuse(goName, `number ${value}`);
  return value;
}

const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function decodeQuantity(value: JsonValue, refuse: Refuse): JsonValue {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') throw refuse('string');
  if (!QUANTITY.test(value)) {
    throw new DecodeError(
      value === ''
        ? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    );
  }
  return value;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:\d{2})$/;
const SECONDS_LAYOUT = '2006-01-02T15:04:05Z07:00';
const MICRO_LAYOUT = '2006-01-02T15:04:05.000000Z07:00';

function unparsable(value: string, layout: string, at: { rest: string; part: string }): DecodeError {
  return new DecodeError(
    `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(at.rest)} as ${JSON.stringify(at.part)}`,
  );
}

/** An object that is patched brings its times along, and neighbours have the same ones. */
const knownTimes = new RecentMap<string, string>(100);

function decodeTime(value: JsonValue, refuse: Refuse): JsonValue {
  if (typeof value !== 'string') throw refuse('string');
  const known = knownTimes.get(value);
  if (known !== undefined) return known;
  const decoded = readTime(value);
  knownTimes.set(value, decoded);
  return decoded;
}

function readTime(value: string): string {
  if (!RFC3339.test(value) || Number.isNaN(Date.parse(value))) throw unparsable(value, SECONDS_LAYOUT, { rest: value, part: '2006' });
  return `${new Date(value.replace(',', '.')).toISOString().slice(0, 19)}Z`;
}

function decodeMicroTime(value: JsonValue, refuse: Refuse): JsonValue {
  if (typeof value !== 'string') throw refuse('string');
  if (!RFC3339.test(value) || Number.isNaN(Date.parse(value))) throw unparsable(value, MICRO_LAYOUT, { rest: value, part: '2006' });
  const fraction = /\.(\d{6})(?:Z|[+-]\d{2}:\d{2})$/.exec(value);
  if (fraction === null) throw unparsable(value, MICRO_LAYOUT, { rest: value.slice(19), part: '.000000' });
  return `${new Date(value).toISOString().slice(0, 19)}.${fraction[1] ?? ''}Z`;
}

function decodeBytes(value: JsonValue, refuse: Refuse): JsonValue {
  // Go also reads a list of numbers as bytes, with null as nothing.
  if (
    isArray(value) &&
    value.every((item) => item === null || (typeof item === 'number' && Number.isInteger(item) && item >= 0 && item < 256))
  )
    return Buffer.from(value.map(Number)).toString('base64');
  if (typeof value !== 'string') throw refuse('[]uint8');
  const wrong = corruptAt(value);
  if (wrong !== undefined) throw new DecodeError(`illegal base64 data at input byte ${wrong}`);
  return value;
}

const ALPHABET = /[A-Za-z0-9+/]/;

/** Where Go's base64 decoder gives up; undefined for a valid text. */
function corruptAt(text: string): number | undefined {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '=') return padding(text, index, count);
    if (!ALPHABET.test(character)) return index;
    count = (count + 1) % 4;
  }
  return count === 0 ? undefined : text.length - count;
}

function padding(text: string, index: number, count: number): number | undefined {
  if (count < 2) return index;
  const end = count === 2 ? index + 2 : index + 1;
  if (count === 2 && text.charAt(index + 1) !== '=') return index + 1 >= text.length ? text.length : index;
  return end < text.length ? end : undefined;
}
