// Essences that are too large for annotations, made small: compressed, or reduced to a hash. Pure. A mapping that names how it was made takes
// the place of the essence: Kopf reads it as an essence that has changed.
import { createHash } from 'node:crypto';
import process from 'node:process';
import { isJsonObject, parseJson, setOwn, stringifyJson, type Essence, type Json, type JsonObject, type LostDiffBase } from '@kopfts/core';
import { asciiJson } from './record-text.js';

/** What becomes of an essence that does not fit. */
export type LargeEssences = 'refuse' | 'compress' | 'hash';

/** What was stored: an essence, or all that is known of it. */
export type UnpackedEssence =
  | { readonly kind: 'essence'; readonly essence: Essence }
  | { readonly kind: 'hash'; readonly lost: LostDiffBase }
  /** Written by a newer version of this package, in a form that this one does not know. */
  | { readonly kind: 'newer'; readonly form: string }
  | { readonly kind: 'unreadable' };

/** Not a field of any object: names of fields have no `@`. */
const MARK = '@kopfts/essence';
const COMPRESSED = 'deflate-raw 1';
const HASHED = 'sha-256 1';
/** A way, and the number of its form. */
const FORM = /^[a-z][a-z\d-]* \d+$/;
/** No object has more: a little text could else become as large as memory is. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Few objects are that large: most operators never load it. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** The text to store in place of one that does not fit; `undefined`: none. */
export function packEssence(essence: Essence, large: LargeEssences): string | undefined {
  switch (large) {
    case 'refuse':
      return undefined;
    case 'compress':
      return textOf({ [MARK]: COMPRESSED, data: zlib().deflateRawSync(asciiJson(essence), { level: 9 }).toString('base64') });
    case 'hash':
      return textOf({ [MARK]: HASHED, hash: hashOf(essence) });
  }
}

/** Whether it is an essence or something else, anybody's work. */
export function unpackEssence(stored: JsonObject): UnpackedEssence {
  const { [MARK]: how, data, hash } = stored;
  if (how === undefined) return { kind: 'essence', essence: stored };
  if (how === COMPRESSED && typeof data === 'string') return inflate(data);
  if (typeof how === 'string' && how !== COMPRESSED && how !== HASHED && FORM.test(how)) return { kind: 'newer', form: how };
  if (how !== HASHED || typeof hash !== 'string') return { kind: 'unreadable' };
  return { kind: 'hash', lost: { judge: (fresh) => (hashOf(fresh) === hash ? 'same' : 'changed') } };
}

function inflate(data: string): UnpackedEssence {
  try {
    const text = zlib().inflateRawSync(Buffer.from(data, 'base64'), { maxOutputLength: MOST_BYTES }).toString();
    const essence = parseJson(text);
    return isJsonObject(essence) ? { kind: 'essence', essence } : { kind: 'unreadable' };
  } catch {
    return { kind: 'unreadable' };
  }
}

function textOf(packed: JsonObject): string {
  return `${asciiJson(packed)}\n`;
}

/** Whatever the order of its keys. */
function hashOf(essence: Essence): string {
  return createHash('sha256')
    .update(stringifyJson(inOrder(essence)))
    .digest('base64');
}

function inOrder(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => inOrder(item));
  if (!isJsonObject(value)) return value;
  const ordered: Record<string, Json | undefined> = {};
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) setOwn(ordered, key, inOrder(item));
  }
  return ordered;
}
