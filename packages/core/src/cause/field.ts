import { InvalidOptionError } from '../errors.js';
import { isJsonObject, presentKeys, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { FieldPath, FieldSpec } from '../model/patch.js';

/** What is found at a field: null is a value, absence is not (spec F-12). */
export interface ResolvedField {
  readonly present: boolean;
  readonly value: Json | undefined;
}

const ABSENT_FIELD: ResolvedField = { present: false, value: undefined };

/**
 * The keys of a field: dotted text, or a list for keys that contain dots (spec R-13). An empty list means "no field".
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` for anything else.
 */
export function fieldPath(spec: FieldSpec, option = 'field'): FieldPath {
  if (typeof spec === 'string') return spec.split('.');
  // Users of plain JavaScript can pass anything.
  if (Array.isArray(spec) && spec.every((key) => typeof key === 'string')) return [...(spec as FieldPath)];
  throw new InvalidOptionError(option, spec, "dotted text such as 'spec.replicas', or a list of keys");
}

/** The dotted name of a field, as in handler ids (spec R-07). */
export function fieldName(path: FieldPath): string {
  return path.join('.');
}

/** Looks up a field. Through anything that is not a mapping it is absent, not an error (spec F-12, X-20). */
export function resolveField(value: Json | undefined, path: FieldPath): ResolvedField {
  let current = value;
  for (const key of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key)) return ABSENT_FIELD;
    current = current[key];
  }
  return current === undefined ? ABSENT_FIELD : { present: true, value: current };
}

/** A copy with the field set; parents that are absent or no mappings become mappings (spec X-21). The empty path is the whole. */
export function setField(target: JsonObject, path: FieldPath, value: Json): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return isJsonObject(value) ? value : target;
  const copy: Record<string, Json | undefined> = copyOf(target);
  const child = Object.hasOwn(target, key) ? target[key] : undefined;
  setOwn(copy, key, rest.length === 0 ? value : setField(isJsonObject(child) ? child : {}, rest, value));
  return copy;
}

/**
 * A copy without the field, and without the mappings on the way to it that are empty then (spec X-22), or were before: an absent
 * field is no error, and its empty parents go as well, as in Kopf.
 */
export function removeField(target: JsonObject, path: FieldPath): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined || !resolveField(target, [key]).present) return target;
  const child = target[key];
  if (rest.length > 0 && !isJsonObject(child)) return target;
  const left = rest.length > 0 && isJsonObject(child) ? removeField(child, rest) : {};
  const isEmpty = presentKeys(left).length === 0;
  if (left === child && !isEmpty) return target;
  const copy: Record<string, Json | undefined> = copyOf(target);
  if (isEmpty) Reflect.deleteProperty(copy, key);
  else setOwn(copy, key, left);
  return copy;
}

/** A shallow copy, safe for keys such as `__proto__`; what is `undefined` is left out. */
export function copyOf(source: JsonObject): Record<string, Json | undefined> {
  const copy: Record<string, Json | undefined> = {};
  for (const key of presentKeys(source)) setOwn(copy, key, source[key]);
  return copy;
}
