import type { OverwrittenField } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import { isJsonObject, jsonEqual, presentKeys, type Json, type JsonObject } from '../model/json.js';
import type { MergePatch } from '../model/patch.js';

/**
 * What several handlers of one pass want to be different things, by field (faults D9): the later one has the last word, which is its order
 * in the code, and seldom meant. Functions of patches are left out: they see what was before them.
 */
export function overwrittenFields(patches: ReadonlyMap<HandlerId, MergePatch>): readonly OverwrittenField[] {
  const found: OverwrittenField[] = [];
  const earlier: (readonly [HandlerId, MergePatch])[] = [];
  for (const [by, patch] of patches) {
    for (const [of, before] of earlier) found.push(...clashesIn(before, patch, '').map((field) => ({ field, of, by })));
    earlier.push([by, patch]);
  }
  return found;
}

function clashesIn(before: JsonObject, after: JsonObject, prefix: string): readonly string[] {
  return presentKeys(after).flatMap((key) =>
    Object.hasOwn(before, key) ? clashesAt(before[key] ?? null, after[key] ?? null, `${prefix}${key}`) : [],
  );
}

function clashesAt(before: Json, after: Json, field: string): readonly string[] {
  if (isJsonObject(before) && isJsonObject(after)) return clashesIn(before, after, `${field}.`);
  return jsonEqual(before, after) ? [] : [field];
}
