import { Buffer } from 'node:buffer';
import { isJsonObject, type Json } from '@kopfts/core';

/**
 * Who an object is, at which version, without parsing all of it: most events are echoes or filtered, and a full parse
 * costs several times as much. A peek is never wrong: whatever it does not know for sure gives `undefined`, and the
 * caller parses. It knows compact JSON as the API server writes it.
 */
export interface Identity {
  readonly uid: string;
  readonly name: string;
  /** `undefined` for cluster-scoped objects. */
  readonly namespace: string | undefined;
  readonly resourceVersion: string;
  /** `metadata.deletionTimestamp` is set. */
  readonly deleting: boolean;
}

/** The identity of a parsed object; `undefined` if it lacks any part of it. */
export function identityOf(object: Json | undefined): Identity | undefined {
  const metadata = isJsonObject(object) ? object['metadata'] : undefined;
  if (!isJsonObject(metadata)) return undefined;
  const { uid, name, namespace, resourceVersion, deletionTimestamp } = metadata;
  return complete({ uid, name, namespace, resourceVersion, deletionTimestamp });
}

/**
 * The identity of the object whose text begins with `{` at `start` and ends before `end`. Bytes, not text: reading them is
 * several times as fast as reading the characters of a string.
 */
export function peekIdentity(bytes: Buffer, start: number, end: number): Identity | undefined {
  let seen: SeenMetadata | undefined;
  let position = start;
  do {
    const colon = skipKey(bytes, position + 1);
    if (colon === UNSURE) return undefined;
    if (isKey(bytes, position + 1, METADATA)) {
      if (seen !== undefined) return undefined;
      seen = peekMetadata(bytes, colon + 1);
      if (seen === undefined) return undefined;
      position = seen.end;
      // Templates and strings may hold the word again; only then is the rest looked at.
      if (!isWithin(bytes, position, end)) return seen.identity;
    } else position = skipValue(bytes, colon + 1);
    if (position === UNSURE) return undefined;
  } while (bytes[position] === COMMA);
  return bytes[position] === CLOSE && position + 1 === end ? seen?.identity : undefined;
}

interface SeenMetadata {
  readonly identity: Identity;
  /** The position after its closing brace. */
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** Not a position: the text is not what was expected. */
const UNSURE = -1;
const METADATA = Buffer.from('"metadata"');
/** Each has a length of its own. */
const WANTED = ['uid', 'name', 'namespace', 'resourceVersion', 'deletionTimestamp'] as const;
const QUOTED: readonly ((typeof WANTED)[number] | undefined)[] = Array.from({ length: 20 }, (_, length) =>
  WANTED.find((name) => name.length + 2 === length),
);
const KEYS = {
  uid: Buffer.from('"uid"'),
  name: Buffer.from('"name"'),
  namespace: Buffer.from('"namespace"'),
  resourceVersion: Buffer.from('"resourceVersion"'),
  deletionTimestamp: Buffer.from('"deletionTimestamp"'),
};

type Found = Record<(typeof WANTED)[number], string | undefined>;

/** A repeated key wins, as in `JSON.parse`. */
function peekMetadata(bytes: Buffer, start: number): SeenMetadata | undefined {
  if (bytes[start] !== OPEN) return undefined;
  const found: Found = { uid: undefined, name: undefined, namespace: undefined, resourceVersion: undefined, deletionTimestamp: undefined };
  let position = start;
  do {
    const key = position + 1;
    const colon = skipKey(bytes, key);
    position = colon === UNSURE ? UNSURE : skipValue(bytes, colon + 1);
    if (position === UNSURE) return undefined;
    const wanted = QUOTED[colon - key];
    if (wanted === undefined || !isKey(bytes, key, KEYS[wanted])) continue;
    const isText = bytes[colon + 1] === QUOTE;
    const value = isText ? readText(bytes, colon + 1, position) : undefined;
    if (wanted === 'deletionTimestamp') found.deletionTimestamp = isText ? '' : undefined;
    else if (value === undefined) return undefined;
    else found[wanted] = value;
  } while (bytes[position] === COMMA);
  const identity = bytes[position] === CLOSE ? complete(found) : undefined;
  return identity === undefined ? undefined : { identity, end: position + 1 };
}

/** A string without its quotes; `undefined` for one that a parser would have to look at. */
function readText(bytes: Buffer, start: number, end: number): string | undefined {
  for (let position = start + 1; position < end - 1; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte < 0x20 || byte === BACKSLASH) return undefined;
  }
  return bytes.toString('utf8', start + 1, end - 1);
}

function isKey(bytes: Buffer, start: number, quoted: Buffer): boolean {
  for (let index = 0; index < quoted.length; index += 1) if (bytes[start + index] !== quoted[index]) return false;
  return true;
}

/** From the opening quote of a key to its colon. A key with an escape could be any key. */
function skipKey(bytes: Buffer, start: number): number {
  if (bytes[start] !== QUOTE) return UNSURE;
  for (let position = start + 1; position < bytes.length; position += 1) {
    const byte = bytes[position];
    if (byte === QUOTE) return bytes[position + 1] === COLON ? position + 1 : UNSURE;
    if (byte === BACKSLASH) return UNSURE;
  }
  return UNSURE;
}

function skipValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return skipString(bytes, start);
  if (first === OPEN || first === OPEN_LIST) return skipNested(bytes, start);
  let position = start;
  for (; position < bytes.length; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte === COMMA || byte === CLOSE || byte === CLOSE_LIST) break;
    if (byte <= 0x20 || byte === QUOTE) return UNSURE;
  }
  return position === start ? UNSURE : position;
}

function skipNested(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let position = start; position < bytes.length; position += 1) {
    const byte = bytes[position];
    if (byte === QUOTE) {
      position = skipString(bytes, position) - 1;
      if (position < start) return UNSURE;
    } else if (byte === OPEN || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE || byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  return UNSURE;
}

/** From an opening quote to after the closing one. */
function skipString(bytes: Buffer, start: number): number {
  for (let position = start + 1; position < bytes.length; position += 1) {
    const byte = bytes[position];
    if (byte === QUOTE) return position + 1;
    if (byte === BACKSLASH) position += 1;
  }
  return UNSURE;
}

function isWithin(bytes: Buffer, from: number, end: number): boolean {
  const at = bytes.indexOf(METADATA, from);
  return at !== -1 && at < end;
}

function complete(found: Readonly<Record<keyof Found, Json | undefined>>): Identity | undefined {
  const { uid, name, namespace, resourceVersion, deletionTimestamp } = found;
  if (typeof uid !== 'string' || typeof name !== 'string' || typeof resourceVersion !== 'string') return undefined;
  if (uid === '' || name === '' || resourceVersion === '') return undefined;
  if (namespace !== undefined && typeof namespace !== 'string') return undefined;
  return {
    uid,
    name,
    namespace: namespace === '' ? undefined : namespace,
    resourceVersion,
    deleting: typeof deletionTimestamp === 'string',
  };
}
