import { isJsonObject, jsonEqual, presentKeys, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { MergePatch } from '../model/patch.js';

/** An object before a write of which nobody knows whether it was done, and as it is after. */
export interface Doubt {
  readonly basis: JsonObject;
  readonly newest: JsonObject;
}

/**
 * What of a patch is still to be written after such a write: fields that are as they were. What is as it was wanted is done; what is neither
 * was changed by somebody since, who has the last word.
 */
export function openPart(patch: MergePatch, { basis, newest }: Doubt): MergePatch {
  const open: Record<string, Json | undefined> = {};
  for (const key of presentKeys(patch)) {
    const left = openAt(patch[key] ?? null, own(basis, key), own(newest, key));
    if (left !== undefined) setOwn(open, key, left);
  }
  return open;
}

function openAt(wanted: Json, before: Json | undefined, now: Json | undefined): Json | undefined {
  if (!isJsonObject(wanted) || presentKeys(wanted).length === 0) return isSame(before, now) ? wanted : undefined;
  // Put in the place of a mapping, or the other way round: as a whole.
  if (!isMapping(before) || !isMapping(now)) return isSame(before, now) ? wanted : undefined;
  const left = openPart(wanted, { basis: before ?? {}, newest: now ?? {} });
  return presentKeys(left).length === 0 ? undefined : left;
}

function isMapping(value: Json | undefined): value is JsonObject | undefined {
  return value === undefined || isJsonObject(value);
}

function isSame(before: Json | undefined, now: Json | undefined): boolean {
  return before === undefined || now === undefined ? before === now : jsonEqual(before, now);
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
