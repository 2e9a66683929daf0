import { isJsonObject, jsonEqual, presentKeys, type Json, type JsonObject } from '../model/json.js';
import type { UnkeptField } from '../model/fact.js';
import type { MergePatch } from '../model/patch.js';

/**
 * What was asked for, and is not in the answer (spec PA-30): only the fields of the patch are looked at. What is `pruned` is missing;
 * what is `changed` is there as something else, as admission or the kind's defaults made it.
 */
export function unkeptFields(wanted: MergePatch, answer: JsonObject): readonly UnkeptField[] {
  return unkeptIn(wanted, answer, '');
}

function unkeptIn(wanted: JsonObject, found: JsonObject, prefix: string): readonly UnkeptField[] {
  return presentKeys(wanted).flatMap((key) =>
    unkeptAt(wanted[key] ?? null, Object.hasOwn(found, key) ? found[key] : undefined, `${prefix}${key}`),
  );
}

function unkeptAt(wanted: Json, found: Json | undefined, field: string): readonly UnkeptField[] {
  if (wanted === null) return found === undefined || found === null ? [] : [{ field, found: 'changed' }];
  // The server drops what is empty (spec PA-31).
  if (found === undefined) return isEmpty(wanted) ? [] : missing(wanted, field);
  if (isJsonObject(wanted)) return isJsonObject(found) ? unkeptIn(wanted, found, `${field}.`) : [{ field, found: 'changed' }];
  return isKept(wanted, found) ? [] : [{ field, found: 'changed' }];
}

/** The outermost field says it all, but for the stanzas, which say nothing. */
function missing(wanted: Json, field: string): readonly UnkeptField[] {
  if (field.includes('.') || !isJsonObject(wanted)) return [{ field, found: 'pruned' }];
  return presentKeys(wanted).flatMap((key) => unkeptAt(wanted[key] ?? null, undefined, `${field}.${key}`));
}

/** Elements of lists may have got defaults. */
function isKept(wanted: Json, found: Json): boolean {
  if (Array.isArray(wanted) && Array.isArray(found)) {
    const [asked, got] = [wanted as readonly Json[], found as readonly Json[]];
    return asked.length === got.length && asked.every((item, i) => isKept(item, got[i] ?? null));
  }
  if (isJsonObject(wanted) && isJsonObject(found)) return unkeptIn(wanted, found, '').length === 0;
  return jsonEqual(wanted, found);
}

function isEmpty(value: Json): boolean {
  return isJsonObject(value)
    ? presentKeys(value).every((key) => isEmpty(value[key] ?? null))
    : value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
