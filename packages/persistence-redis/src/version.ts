/** Versions of what is stored: a count, who wrote it, and what. Pure. Two writers never make the same one, one plan always does. */

/** Of what is not there. */
export const NOTHING = '0';

export function countOf(version: string | undefined): number {
  return version === undefined ? 0 : Number.parseInt(version, 10) || 0;
}

/** `writer`: other for each life of each operator. */
export function nextVersion(count: number, writer: string, content: string): string {
  return `${String(count + 1)}-${writer}-${shortHash(content)}`;
}

/** The hash in it; `undefined`: of `NOTHING`, and of what no version of ours wrote. */
export function contentHashOf(version: string): string | undefined {
  return VERSION.exec(version)?.[1];
}

const VERSION = /^\d+-[^-]+-(.+)$/;

/** 64 bits of two FNV-1a of different beginnings: to tell contents apart, not to keep secrets. */
export function shortHash(text: string): string {
  return hash32(text, 0x811c9dc5) + hash32(text, 0x01234567);
}

function hash32(text: string, start: number): string {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}
