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
  return complete({ uid, name, namespace, resourceVersion, deleting: typeof deletionTimestamp === 'string' });
}

/** The identity of the object whose text begins with `{` at `start` and ends before `end`. */
export function peekIdentity(text: string, start: number, end: number): Identity | undefined {
  try {
    return scanObject(text, start, end);
  } catch {
    return undefined; // an odd string literal: the parser decides
  }
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
const WANTED: ReadonlySet<string> = new Set(['"uid"', '"name"', '"namespace"', '"resourceVersion"']);

function scanObject(text: string, start: number, end: number): Identity | undefined {
  let identity: Identity | undefined;
  let position = start;
  do {
    const colon = skipKey(text, position + 1);
    if (colon === UNSURE) return undefined;
    if (text.slice(position + 1, colon) === '"metadata"') {
      if (identity !== undefined) return undefined;
      identity = peekMetadata(text, colon + 1);
      if (identity === undefined) return undefined;
    }
    position = skipValue(text, colon + 1);
    if (position === UNSURE) return undefined;
    // Templates and strings may hold the word again; only then is the rest looked at.
    if (identity !== undefined && !text.slice(position, end).includes('"metadata"')) return identity;
  } while (text.charCodeAt(position) === COMMA);
  return text.charCodeAt(position) === CLOSE && position + 1 === end ? identity : undefined;
}

/** A repeated key wins, as in `JSON.parse`. */
function peekMetadata(text: string, start: number): Identity | undefined {
  if (text.charCodeAt(start) !== OPEN) return undefined;
  const found: Record<string, string | boolean> = {};
  let position = start;
  do {
    const key = position + 1;
    const colon = skipKey(text, key);
    position = colon === UNSURE ? UNSURE : skipValue(text, colon + 1);
    if (position === UNSURE) return undefined;
    const isText = text.charCodeAt(colon + 1) === QUOTE;
    const name = text.slice(key, colon);
    if (name === '"deletionTimestamp"') found['deleting'] = isText;
    else if (WANTED.has(name)) {
      if (!isText) return undefined;
      // Parsed, not sliced: a slice would keep the whole line in memory for as long as the uid is known.
      found[name.slice(1, -1)] = JSON.parse(text.slice(colon + 1, position)) as string;
    }
  } while (text.charCodeAt(position) === COMMA);
  return text.charCodeAt(position) === CLOSE ? complete(found) : undefined;
}

/** From the opening quote of a key to its colon. */
function skipKey(text: string, start: number): number {
  if (text.charCodeAt(start) !== QUOTE) return UNSURE;
  const colon = skipString(text, start);
  if (colon === UNSURE || text.charCodeAt(colon) !== COLON) return UNSURE;
  return text.slice(start, colon).includes('\\') ? UNSURE : colon;
}

function skipValue(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code === QUOTE) return skipString(text, start);
  if (code === OPEN || code === OPEN_LIST) return skipNested(text, start);
  let position = start;
  for (; position < text.length; position += 1) {
    const at = text.charCodeAt(position);
    if (at === COMMA || at === CLOSE || at === CLOSE_LIST) break;
    if (at <= 0x20 || at === QUOTE) return UNSURE;
  }
  return position === start ? UNSURE : position;
}

function skipNested(text: string, start: number): number {
  let depth = 0;
  for (let position = start; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      const next = skipString(text, position);
      if (next === UNSURE) return UNSURE;
      position = next - 1;
    } else if (code === OPEN || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE || code === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  return UNSURE;
}

/** From an opening quote to after the closing one. */
function skipString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
  return UNSURE;
}

function complete(found: Readonly<Record<string, Json | undefined>>): Identity | undefined {
  const { uid, name, namespace, resourceVersion, deleting } = found;
  if (typeof uid !== 'string' || typeof name !== 'string' || typeof resourceVersion !== 'string') return undefined;
  if (uid === '' || name === '' || resourceVersion === '') return undefined;
  if (namespace !== undefined && typeof namespace !== 'string') return undefined;
  return { uid, name, namespace: namespace === '' ? undefined : namespace, resourceVersion, deleting: deleting === true };
}
