import { blake2b } from '@noble/hashes/blake2.js';

/**
 * Names of annotations, byte for byte as Kopf makes them (spec ST-01..ST-08, A.3), so that a Python operator can be
 * replaced in place and rolled back. Pure. Lengths are counted in code points, as Python does.
 */

const MAX_NAME = 63;
const VALID_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** `/`, `<` and `>` are not allowed in names of annotations (ST-02). */
export function safeForm(key: string): string {
  return key.replaceAll('/', '.').replace(/[<>]/g, '_');
}

/** `-` and a short hash: BLAKE2b parametrised to four bytes, which is not a cut longer one (ST-03, ST-04). */
export function hashSuffix(text: string): string {
  const digest = blake2b(new TextEncoder().encode(text), { dkLen: 4 });
  const base64 = btoa(String.fromCharCode(...digest));
  return `-${base64.replaceAll('+', '-').replaceAll('/', '.')}`.replace(/(?<![=\-.])[=\-.]+$/, '');
}

/** The name part has at most 63 characters; the suffix is that of the original key (ST-05). */
export function keyV2(prefix: string, key: string): string {
  const suffix = codePoints(key).length > MAX_NAME ? hashSuffix(key) : '';
  return `${prefix}/${cut(safeForm(key), MAX_NAME - suffix.length)}${suffix}`;
}

/** Of older Kopf versions: prefix and name together have at most 63 characters; the suffix is that of the safe form (ST-06). */
export function keyV1(prefix: string, key: string): string {
  const safe = safeForm(key);
  const room = MAX_NAME - codePoints(prefix).length - 1;
  const suffix = codePoints(safe).length > room ? hashSuffix(safe) : '';
  // With a very long prefix the length is negative and counts from the end, as in Python.
  return `${prefix}/${cut(safe, room - suffix.length)}${suffix}`;
}

/**
 * A form for ids that Kubernetes refuses as they are, such as `_create` or `$create`: usual in JavaScript, impossible on
 * objects of Kopf, hence nothing to be compatible with. The hash keeps `_a` and `$a` apart.
 */
export function portableKey(prefix: string, key: string): string {
  const suffix = hashSuffix(key);
  const allowed = safeForm(key)
    .replace(/[^-A-Za-z0-9_.]/gu, '_')
    .replace(/^[^A-Za-z0-9]+/, '');
  return `${prefix}/${cut(`x${allowed}`, MAX_NAME - suffix.length)}${suffix}`;
}

/** Whether Kubernetes accepts the part behind the prefix. */
export function hasValidName(annotation: string): boolean {
  return VALID_NAME.test(annotation.slice(annotation.indexOf('/') + 1));
}

/** The annotations that hold one value, in the order in which they are read; all of them are written and purged (ST-07). */
export function annotationKeys(prefix: string, key: string, v1: boolean): readonly string[] {
  const newer = keyV2(prefix, key);
  const first = hasValidName(newer) ? newer : portableKey(prefix, key);
  const older = keyV1(prefix, key);
  return v1 && older !== first && hasValidName(older) ? [first, older] : [first];
}

function codePoints(text: string): readonly string[] {
  return Array.from(text);
}

function cut(text: string, length: number): string {
  return codePoints(text).slice(0, length).join('');
}
