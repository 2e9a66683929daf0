import { isJsonObject, resolveField, setField } from '@kopfts/core';
import type { FieldPath, Json, JsonObject, MergePatch, ObjectBody } from '@kopfts/core';

/** Where in the status of an object our fields are. */
export interface StatusLayout {
  /** A mapping of handler ids to records. */
  readonly progress: FieldPath;
  /** A text: the essence handled last. */
  readonly diffBase: FieldPath;
  /** Kopf changes it to wake itself up (ST-23); we only take it away. */
  readonly touch: FieldPath;
  /** What never counts as a change of the object, whoever put it there: of the progress store, of the diff base store. */
  readonly ownedByProgress: FieldPath;
  readonly ownedByDiffBase: FieldPath;
}

/** Somebody put something else where a mapping has to be: nothing of ours is behind it, and the next write replaces it. */
export function blockerOf(body: ObjectBody, field: FieldPath): FieldPath | undefined {
  for (let length = 1; length < field.length; length += 1) {
    const { value } = resolveField(body, field.slice(0, length));
    if (value === undefined || value === null) return undefined;
    if (!isJsonObject(value)) return field.slice(0, length);
  }
  return undefined;
}

/** The records on an object, by handler id; `'unreadable'` if something else is there. */
export function recordsIn(body: ObjectBody, progress: FieldPath): JsonObject | 'unreadable' {
  const { value } = resolveField(body, progress);
  if (value === undefined || value === null) return {};
  return isJsonObject(value) ? value : 'unreadable';
}

/** An own entry of a mapping: ids such as `__proto__` are only keys. */
export function entryOf(mapping: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

/** The patch that sets a field, and takes the touch of a Kopf operator away with it. */
export function fieldPatch(body: ObjectBody, field: FieldPath, { value, touch }: { value: Json; touch: FieldPath }): MergePatch {
  const patch = setField({}, field, value);
  return resolveField(body, touch).present ? setField(patch, touch, null) : patch;
}
