import type { JsonObject, JsonValue } from '../store/json-value.js';
import { objectAt, own, stringAt } from '../store/json-value.js';

/** The Go type of `metadata`, of which clients may send any field but decide only some. */
export const OBJECT_META = 'meta.v1.ObjectMeta';

export function metaOf(body: JsonObject): JsonObject {
  return objectAt(body, 'metadata');
}

export function isDeleting(body: JsonObject): boolean {
  return stringAt(metaOf(body), 'deletionTimestamp') !== '';
}

export function generationOf(body: JsonObject): number {
  const generation = own(metaOf(body), 'generation');
  return typeof generation === 'number' ? generation : 0;
}

/** Replaces fields of `metadata`; an undefined value removes the field. */
export function withMeta(body: JsonObject, changes: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const metadata: Record<string, JsonValue> = { ...metaOf(body) };
  for (const key of Object.keys(changes)) {
    const value = changes[key];
    if (value !== undefined) metadata[key] = value;
    else if (key in metadata) delete metadata[key];
  }
  return { ...body, metadata };
}

let lastSecond = Number.NaN;
let lastText = '';

/** A time as the API writes it: UTC, whole seconds. Objects of one second share the text. */
export function timestamp(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== lastSecond) [lastSecond, lastText] = [second, `${new Date(nowMs).toISOString().slice(0, 19)}Z`];
  return lastText;
}
