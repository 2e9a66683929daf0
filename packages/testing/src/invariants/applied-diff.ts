import { isJsonObject, type Diff, type Json } from '@kopfts/core';

/** What a diff makes of an old value; `undefined` and null mean that nothing is there. */
export function appliedDiff(diff: Diff, old: Json | undefined): Json | undefined {
  return diff.reduce<Json | undefined>((value, { field, new: fresh }) => put(value, field, fresh), old);
}

function put(value: Json | undefined, [key, ...rest]: readonly string[], leaf: Json | undefined): Json | undefined {
  if (key === undefined) return leaf;
  const base = isJsonObject(value) ? value : {};
  return { ...base, [key]: put(base[key], rest, leaf) };
}
