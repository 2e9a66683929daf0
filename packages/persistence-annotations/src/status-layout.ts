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
