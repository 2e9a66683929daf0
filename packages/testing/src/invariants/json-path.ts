import { isJsonObject, type Json } from '@kopfts/core';

/** What is at this place; `undefined` if nothing is. */
export function valueIn(value: Json | undefined, path: readonly string[]): Json | undefined {
  let current = value;
  for (const key of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

/** A leaf of a merge patch: a value at a place; null deletes. */
export interface PatchLeaf {
  readonly path: readonly string[];
  readonly value: Json;
}

/** What a merge patch says, leaf by leaf; an empty mapping is a leaf, too. */
export function patchLeaves(patch: Json | undefined, path: readonly string[] = []): readonly PatchLeaf[] {
  if (patch === undefined) return [];
  if (!isJsonObject(patch)) return [{ path, value: patch }];
  const keys = Object.keys(patch).filter((key) => patch[key] !== undefined);
  if (keys.length === 0) return path.length === 0 ? [] : [{ path, value: patch }];
  return keys.flatMap((key) => patchLeaves(patch[key], [...path, key]));
}

/** A place where two values differ. */
export interface Difference {
  readonly path: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Where two values differ: in mappings leaf by leaf, also in those that only one side has; lists and scalars as a whole. */
export function differences(before: Json | undefined, after: Json | undefined, path: readonly string[] = []): readonly Difference[] {
  if (before === after) return [];
  if ((isJsonObject(before) || before === undefined) && (isJsonObject(after) || after === undefined)) {
    const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    if (keys.size > 0) return [...keys].flatMap((key) => differences(before?.[key], after?.[key], [...path, key]));
    return isJsonObject(before) && isJsonObject(after) ? [] : [{ path, before, after }];
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : differencesOfLists({ path, before, after });
}

/** Mappings inside of lists may have their keys in another order and still be equal. */
function differencesOfLists({ path, before, after }: Difference): readonly Difference[] {
  const isSame = Array.isArray(before) && Array.isArray(after) && before.length === after.length && sameItems(before, after);
  return isSame ? [] : [{ path, before, after }];
}

function sameItems(before: readonly Json[], after: readonly Json[]): boolean {
  return before.every((item, index) => differences(item, after[index]).length === 0);
}
