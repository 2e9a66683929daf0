import { isJsonObject, jsonEqual, presentKeys, setOwn, type Json, type JsonObject } from '../model/json.js';
import type { Diff, DiffItem, FieldPath } from '../model/patch.js';
import { copyOf, resolveField } from './field.js';

export { fieldName, fieldPath, resolveField, type ResolvedField } from './field.js';

/**
 * What changed from one value to another (spec X-01..X-06): mappings in depth, lists and scalars as a whole; null equals absence.
 * In each mapping: first what was added, then what was removed, then what changed.
 */
export function diffJson(old: Json | undefined, fresh: Json | undefined): Diff {
  const items: DiffItem[] = [];
  collect(items, [], { old, fresh });
  return items;
}

interface Sides {
  readonly old: Json | undefined;
  readonly fresh: Json | undefined;
}

function collect(items: DiffItem[], field: FieldPath, { old, fresh }: Sides): void {
  if (old === fresh || (isNothing(old) && isNothing(fresh))) return;
  if (isNothing(old)) items.push({ op: 'add', field, old, new: fresh });
  else if (isNothing(fresh)) items.push({ op: 'remove', field, old, new: fresh });
  else if (isJsonObject(old) && isJsonObject(fresh)) collectKeys(items, field, { old, fresh });
  else if (!jsonEqual(old, fresh)) items.push({ op: 'change', field, old, new: fresh });
}

function collectKeys(items: DiffItem[], field: FieldPath, { old, fresh }: { readonly old: JsonObject; readonly fresh: JsonObject }): void {
  const before = presentKeys(old);
  const after = presentKeys(fresh);
  for (const key of after) if (!holds(old, key)) collect(items, [...field, key], { old: undefined, fresh: fresh[key] });
  for (const key of before) if (!holds(fresh, key)) collect(items, [...field, key], { old: old[key], fresh: undefined });
  for (const key of before) if (holds(fresh, key)) collect(items, [...field, key], { old: old[key], fresh: fresh[key] });
}

function holds(value: JsonObject, key: string): boolean {
  return Object.hasOwn(value, key) && value[key] !== undefined;
}

function isNothing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

/**
 * The part of a diff at or below a field, with paths relative to it (spec X-10): items above the field are compared anew
 * inside, unrelated ones are dropped.
 */
export function reduceDiff(diff: Diff, path: FieldPath): Diff {
  return diff.flatMap((item) => {
    if (startsWith(item.field, path)) return [{ ...item, field: item.field.slice(path.length) }];
    if (!startsWith(path, item.field)) return [];
    const tail = path.slice(item.field.length);
    return diffJson(resolveField(item.old, tail).value, resolveField(item.new, tail).value);
  });
}

function startsWith(path: FieldPath, prefix: FieldPath): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => path[i] === key);
}

/** The new value, given the old one: the inverse of `diffJson`, but for nulls, which equal absence. */
export function applyDiff(diff: Diff, old: Json | undefined): Json | undefined {
  return diff.reduce<Json | undefined>((value, item) => putAt(value, item.field, item.new), old);
}

function putAt(value: Json | undefined, path: FieldPath, leaf: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  const copy = isJsonObject(value) ? copyOf(value) : {};
  const child = putAt(Object.hasOwn(copy, key) ? copy[key] : undefined, rest, leaf);
  if (child === undefined) Reflect.deleteProperty(copy, key);
  else setOwn(copy, key, child);
  return copy;
}
