import { copyOf } from '../cause/field.js';
import { isJsonObject, jsonEqual, presentKeys, setOwn, type Json } from '../model/json.js';
import type { MergePatch } from '../model/patch.js';
import { keepDigits } from './keep-digits.js';

/**
 * Applies a merge patch (RFC 7386). What does not change is shared with the target; nothing is mutated. Keys such as
 * `__proto__` are only keys.
 */
export function applyMergePatch<T extends Json | undefined>(target: T, patch: MergePatch): T;
export function applyMergePatch(target: Json | undefined, patch: Json): Json;
export function applyMergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return jsonEqual(target, patch) && target !== undefined ? target : patch;
  const base = isJsonObject(target) ? target : undefined;
  const result = base === undefined ? {} : copyOf(base);
  let changed = base === undefined;
  for (const key of presentKeys(patch)) {
    const wanted = patch[key];
    const isThere = Object.hasOwn(result, key);
    if (wanted === null || wanted === undefined) {
      if (isThere) changed = Reflect.deleteProperty(result, key);
      continue;
    }
    const before = isThere ? result[key] : undefined;
    const after = applyMergePatch(before, wanted);
    if (after === before) continue;
    changed = true;
    setOwn(result, key, after);
  }
  return changed || base === undefined ? result : base;
}

/**
 * One patch for two: first `a`, then `b` (spec RS-02). Exact, but for one thing that no merge patch can say: "replace by this
 * mapping". Where `b` puts a mapping at a place that `a` deletes or sets to a scalar or a list, what the object has there
 * is merged with it instead of replaced.
 */
export function composeMergePatches(a: MergePatch, b: MergePatch): MergePatch {
  if (isEmptyPatch(a)) return b;
  if (isEmptyPatch(b)) return a;
  const result = copyOf(a);
  for (const key of presentKeys(b)) {
    const first = Object.hasOwn(result, key) ? result[key] : undefined;
    const second = b[key];
    setOwn(result, key, isJsonObject(first) && isJsonObject(second) ? composeMergePatches(first, second) : second);
  }
  return result;
}

/** There is nothing in it at all (spec P-03). */
export function isEmptyPatch(patch: MergePatch): boolean {
  return presentKeys(patch).length === 0;
}

/**
 * The part of a patch that really changes the body; `undefined` if nothing does (design 6.7: nothing is written when
 * nothing changed). Deletions of what is not there are no change, and neither is the empty mapping that would be left
 * of them; an empty mapping that is asked for is one.
 */
export function mergePatchEffect(body: Json | undefined, patch: MergePatch): MergePatch | undefined {
  const base = isJsonObject(body) ? body : {};
  let effect: Record<string, Json | undefined> | undefined;
  for (const key of presentKeys(patch)) {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    const changed = effectAt(before, patch[key] ?? null);
    if (changed !== undefined) setOwn((effect ??= {}), key, changed);
  }
  return effect;
}

function effectAt(before: Json | undefined, wanted: Json): Json | undefined {
  if (wanted === null) return before === undefined ? undefined : null;
  if (!isJsonObject(wanted)) {
    const kept = keepDigits(before, wanted);
    return jsonEqual(before, kept) ? undefined : kept;
  }
  if (isJsonObject(before)) return mergePatchEffect(before, wanted);
  if (presentKeys(wanted).length === 0) return wanted;
  const effect = mergePatchEffect(undefined, wanted);
  // Only deletions, but of the inside of something that is no mapping: the server replaces it by an empty one.
  return effect === undefined && before !== undefined ? {} : effect;
}
