// What leads from one state to another: as a merge patch (to be looked at), as guarded operations (to be sent).
import { isJsonObject, jsonEqual, presentKeys, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { FieldPath, JsonPatchOperation, MergePatch } from '../model/patch.js';
import { pointer } from './json-patch.js';

/** The merge patch from one to the other; `undefined` if they are equal. */
export function differencePatch(before: JsonObject, after: JsonObject): MergePatch | undefined {
  const patch: Record<string, Json | undefined> = {};
  for (const key of presentKeys(before)) if (!holds(after, key)) setOwn(patch, key, null);
  for (const key of presentKeys(after)) {
    const old = holds(before, key) ? before[key] : undefined;
    const fresh = after[key];
    if (isJsonObject(old) && isJsonObject(fresh)) {
      const inner = differencePatch(old, fresh);
      if (inner !== undefined) setOwn(patch, key, inner);
    } else if (!jsonEqual(old, fresh)) setOwn(patch, key, fresh);
  }
  return presentKeys(patch).length === 0 ? undefined : patch;
}

/**
 * Operations from one state to the other, each after a test of what it replaces, so that nothing is overwritten that somebody else
 * changed meanwhile (decision 14). Of mappings: the keys that differ. Of lists: elements, where their places are sure; else the list
 * as a whole. Empty if they are equal.
 */
export function differenceOperations(before: JsonObject, after: JsonObject, path: FieldPath = []): readonly JsonPatchOperation[] {
  const removed = presentKeys(before).filter((key) => !holds(after, key));
  return [
    ...removed.flatMap((key) => removal([...path, key], before[key] ?? null)),
    ...presentKeys(after).flatMap((key) => {
      const fresh = after[key] ?? null;
      const at = [...path, key];
      return holds(before, key) ? change(at, before[key] ?? null, fresh) : addition(at, fresh);
    }),
  ];
}

function removal(at: FieldPath, old: Json): readonly JsonPatchOperation[] {
  const path = pointer(at);
  return [
    { op: 'test', path, value: old },
    { op: 'remove', path },
  ];
}

/** To the API server a test of null is one of absence. */
function addition(at: FieldPath, value: Json): readonly JsonPatchOperation[] {
  const path = pointer(at);
  return [
    { op: 'test', path, value: null },
    { op: 'add', path, value },
  ];
}

function change(at: FieldPath, old: Json, fresh: Json): readonly JsonPatchOperation[] {
  if (isJsonObject(old) && isJsonObject(fresh)) return differenceOperations(old, fresh, at);
  if (jsonEqual(old, fresh)) return [];
  if (isList(old) && isList(fresh)) return listChange(at, old, fresh);
  return replacement(at, old, fresh);
}

function replacement(at: FieldPath, old: Json, value: Json): readonly JsonPatchOperation[] {
  const path = pointer(at);
  return [
    { op: 'test', path, value: old },
    { op: 'replace', path, value },
  ];
}

/** The test of an element is also one of its place: if it moved, something else is there. */
function listChange(at: FieldPath, old: readonly Json[], fresh: readonly Json[]): readonly JsonPatchOperation[] {
  if (old.length === fresh.length) {
    return fresh.flatMap((item, i) => (jsonEqual(old[i], item) ? [] : replacement([...at, String(i)], old[i] ?? null, item)));
  }
  const gone = fresh.length < old.length ? missingPlaces(old, fresh) : undefined;
  if (gone === undefined) return replacement(at, old, fresh);
  // From the last to the first, so that the places stay right.
  return gone.reverse().flatMap((i) => removal([...at, String(i)], old[i] ?? null));
}

/** Where elements were taken out; `undefined` if anything else happened to the list. */
function missingPlaces(old: readonly Json[], fresh: readonly Json[]): number[] | undefined {
  const gone: number[] = [];
  for (const [i, item] of old.entries()) if (!jsonEqual(item, fresh[i - gone.length])) gone.push(i);
  return old.length - gone.length === fresh.length ? gone : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function holds(value: JsonObject, key: string): boolean {
  return Object.hasOwn(value, key) && value[key] !== undefined;
}
