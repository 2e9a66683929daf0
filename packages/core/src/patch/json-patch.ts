import { resolveField, setField } from '../cause/field.js';
import { isJsonObject, jsonEqual, presentKeys, type Json, type JsonObject } from '../model/json.js';
import type { FieldPath, JsonPatchOperation, MergePatch } from '../model/patch.js';
import { applyMergePatch, mergePatchEffect } from './merge-patch.js';

/** A key as a part of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A path as a JSON pointer. */
export function pointer(path: FieldPath): string {
  return path.map((key) => `/${escapePointer(key)}`).join('');
}

export interface OperationsOptions {
  /** Where the patch belongs; default: the whole body. */
  readonly root?: FieldPath;
  /** Tests that go before everything else. Left out together with the rest if nothing changes. */
  readonly guards?: readonly JsonPatchOperation[];
}

/**
 * A merge patch as operations on leaves, computed from the newest known body (design 6.8). Where a mapping has to be
 * created, its absence is tested first, so that nothing is lost that somebody else put there in the meantime.
 */
export function mergePatchToOperations(
  body: JsonObject,
  patch: MergePatch,
  options: OperationsOptions = {},
): readonly JsonPatchOperation[] {
  const { root = [], guards = [] } = options;
  const effect = mergePatchEffect(body, root.length === 0 ? patch : setField({}, root, patch));
  return effect === undefined ? [] : [...guards, ...leafOperations(body, effect, [])];
}

function leafOperations(current: JsonObject, effect: MergePatch, path: FieldPath): readonly JsonPatchOperation[] {
  return presentKeys(effect).flatMap((key): readonly JsonPatchOperation[] => {
    const wanted = effect[key] ?? null;
    const before = resolveField(current, [key]);
    const at = [...path, key];
    if (wanted === null) return [{ op: 'remove', path: pointer(at) }];
    if (isJsonObject(wanted) && isJsonObject(before.value)) return leafOperations(before.value, wanted, at);
    // `add` also replaces; it does not fail if somebody was faster with the removal.
    const add: JsonPatchOperation = { op: 'add', path: pointer(at), value: applyMergePatch(undefined, wanted) };
    return isJsonObject(wanted) && !before.present ? [{ op: 'test', path: pointer(at), value: null }, add] : [add];
  });
}

/** The same, each leaf after a test of what it replaces: nothing is overwritten that somebody else wrote there meanwhile. */
export function guardedOperations(body: JsonObject, patch: MergePatch): readonly JsonPatchOperation[] {
  const effect = mergePatchEffect(body, patch);
  return effect === undefined ? [] : guardedLeaves(body, effect, []);
}

function guardedLeaves(current: JsonObject, effect: MergePatch, path: FieldPath): readonly JsonPatchOperation[] {
  return presentKeys(effect).flatMap((key): readonly JsonPatchOperation[] => {
    const wanted = effect[key] ?? null;
    const before = resolveField(current, [key]).value;
    const at = [...path, key];
    if (isJsonObject(wanted) && isJsonObject(before)) return guardedLeaves(before, wanted, at);
    // To the API server a test of null is one of absence.
    const test: JsonPatchOperation = { op: 'test', path: pointer(at), value: before ?? null };
    const change: JsonPatchOperation =
      wanted === null ? { op: 'remove', path: pointer(at) } : { op: 'add', path: pointer(at), value: applyMergePatch(undefined, wanted) };
    return [test, change];
  });
}

/** What became of a JSON patch: all of it, or nothing. */
export type AppliedOperations =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly operation: JsonPatchOperation; readonly reason: 'test-failed' | 'no-such-place' };

/**
 * Applies a JSON patch (RFC 6902) as the API server does: a test of null succeeds where nothing is. For predicting
 * the result of what we send.
 */
export function applyOperations(body: Json, operations: readonly JsonPatchOperation[]): AppliedOperations {
  let value: Json = body;
  for (const operation of operations) {
    const keys = parsePointer(operation.path);
    if (operation.op === 'test') {
      const found = lookUp(value, keys);
      if (found === undefined) return { ok: false, operation, reason: 'no-such-place' };
      if (!jsonEqual(found.value ?? null, operation.value)) return { ok: false, operation, reason: 'test-failed' };
      continue;
    }
    const next = change(value, keys, operation);
    if (next === undefined) return { ok: false, operation, reason: 'no-such-place' };
    value = next;
  }
  return { ok: true, value };
}

function parsePointer(path: string): FieldPath {
  return path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a place; `undefined` if there is not even such a place. */
function lookUp(value: Json, keys: FieldPath): { readonly value: Json | undefined } | undefined {
  let current: Json | undefined = value;
  for (const key of keys) {
    if (Array.isArray(current)) current = (current as readonly Json[])[indexOf(key, (current as readonly Json[]).length - 1) ?? -1];
    else if (isJsonObject(current)) current = resolveField(current, [key]).value;
    else return undefined;
  }
  return { value: current };
}

function change(value: Json, [key, ...rest]: FieldPath, operation: Exclude<JsonPatchOperation, { op: 'test' }>): Json | undefined {
  if (key === undefined) return operation.op === 'remove' ? undefined : operation.value;
  if (Array.isArray(value)) return changeList(value as readonly Json[], [key, ...rest], operation);
  if (!isJsonObject(value)) return undefined;
  const child = resolveField(value, [key]);
  if (rest.length > 0) {
    const inner = child.value === undefined ? undefined : change(child.value, rest, operation);
    return inner === undefined ? undefined : setField(value, [key], inner);
  }
  if (operation.op !== 'add' && !child.present) return undefined;
  return operation.op === 'remove' ? without(value, key) : setField(value, [key], operation.value);
}

function changeList(list: readonly Json[], keys: FieldPath, operation: Exclude<JsonPatchOperation, { op: 'test' }>): Json | undefined {
  const [key = '', ...rest] = keys;
  const isInsertion = operation.op === 'add' && rest.length === 0;
  const index = isInsertion && key === '-' ? list.length : indexOf(key, isInsertion ? list.length : list.length - 1);
  if (index === undefined) return undefined;
  if (rest.length > 0) {
    const inner = change(list[index] ?? null, rest, operation);
    return inner === undefined ? undefined : list.with(index, inner);
  }
  if (operation.op === 'remove') return list.toSpliced(index, 1);
  return operation.op === 'add' ? list.toSpliced(index, 0, operation.value) : list.with(index, operation.value);
}

function indexOf(key: string, last: number): number | undefined {
  if (!/^(?:0|[1-9]\d*)$/.test(key)) return undefined;
  return Number(key) <= last ? Number(key) : undefined;
}

function without(value: JsonObject, key: string): JsonObject {
  return applyMergePatch<JsonObject>(value, setField({}, [key], null));
}
