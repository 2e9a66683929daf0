import type { Json } from '@kopfts/core';

/** What Kubernetes takes: the bytes of all keys and values of an object's annotations (`TotalAnnotationSizeLimitB`). */
export const ANNOTATIONS_LIMIT_BYTES = 256 * 1024;

/** No character of a text in UTF-16 has more bytes in UTF-8. */
const MOST_BYTES_PER_UNIT = 3;

/** The bytes that annotations will have after these changes, if those are more than Kubernetes takes; `undefined` if they fit. */
export function bytesBeyondLimit(
  annotations: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, Json | undefined>>,
): number | undefined {
  const after: Readonly<Record<string, Json | undefined>> = { ...annotations, ...changes };
  const texts = Object.entries(after).flatMap(([key, value]) => (typeof value === 'string' ? [key, value] : []));
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  if (units * MOST_BYTES_PER_UNIT <= ANNOTATIONS_LIMIT_BYTES) return undefined;
  const encoder = new TextEncoder();
  const bytes = texts.reduce((sum, text) => sum + encoder.encode(text).length, 0);
  return bytes > ANNOTATIONS_LIMIT_BYTES ? bytes : undefined;
}
