// RFC 6902 as gopkg.in/evanphx/json-patch.v4 applies it, the library of kube-apiserver. Known differences to the RFC: `replace` of a
// missing member adds it, `copy` of a missing member writes null, `test` of a missing member against null succeeds, negative indices
// count from the end, and the whole document can be replaced but not added to.

import { jsonTextOf } from '../exact-numbers.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, isObject, own, withKey, withoutKey } from '../store/json-value.js';
import { hasWrittenForms, writtenForm } from '../written-numbers.js';
import { PatchNotApplicableError } from './patch-error.js';

type Container = JsonArray | JsonObject;
type Edit = (container: Container, key: string) => Container;

/** Applies the operations in order; none is kept when one fails. Untouched parts are shared with the document. */
export function applyJsonPatch(document: JsonObject, operations: JsonArray): JsonValue {
  let result: JsonValue = document;
  for (const operation of operations) {
    if (!isObject(operation)) throw new PatchNotApplicableError('the operation is not an object');
    result = applyOperation(result, operation);
  }
  return result;
}

function applyOperation(document: JsonValue, operation: JsonObject): JsonValue {
  const kind = own(operation, 'op');
  const value = own(operation, 'value');
  switch (kind) {
    case 'add':
      return edit(document, pathOf(operation, 'path'), insert(value ?? null));
    case 'remove':
      return edit(document, pathOf(operation, 'path'), removeAt);
    case 'replace':
      return replaceAt(document, pathOf(operation, 'path'), value ?? null);
    case 'test':
      if (writtenForm(operation, 'value') !== undefined || hasWrittenForms(value))
        throw new PatchNotApplicableError('numbers are compared as they are written');
      return testAt(document, pathOf(operation, 'path'), value);
    case 'copy': {
      const found = read(document, pathOf(operation, 'from'));
      return edit(document, pathOf(operation, 'path'), insert(found ?? null));
    }
    case 'move': {
      const from = pathOf(operation, 'from');
      const found = read(document, from);
      return edit(edit(document, from, removeAt), pathOf(operation, 'path'), insert(found ?? null));
    }
    default:
      throw new PatchNotApplicableError(`Unexpected kind: ${jsonTextOf(kind)}`);
  }
}

function pathOf(operation: JsonObject, key: 'path' | 'from'): string {
  const path = own(operation, key);
  if (typeof path !== 'string') throw new PatchNotApplicableError(`the operation has no ${key}`);
  return path;
}

function steps(path: string): readonly string[] {
  const parts = path.split('/');
  if (parts.length < 2) throw new PatchNotApplicableError(`doc is missing path: ${path}`);
  return parts.slice(1).map((part) => part.replace(/~[01]/g, (escaped) => (escaped === '~1' ? '/' : '~')));
}

function edit(document: JsonValue, path: string, change: Edit): JsonValue {
  return editSteps(document, steps(path), change);
}

function editSteps(value: JsonValue, path: readonly string[], change: Edit): JsonValue {
  if (!isArray(value) && !isObject(value)) throw new PatchNotApplicableError('doc is missing path');
  const [key = '', ...rest] = path;
  if (rest.length === 0) return change(value, key);
  const child = get(value, key);
  if (child === undefined) throw new PatchNotApplicableError(`doc is missing path: ${key}`);
  const edited = editSteps(child, rest, change);
  return isArray(value) ? value.with(index(key, value.length - 1), edited) : withKey(value, key, edited);
}

function read(document: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const key of steps(path)) {
    if (!isArray(value) && !isObject(value)) throw new PatchNotApplicableError(`doc is missing path: ${path}`);
    value = get(value, key);
  }
  return value;
}

function get(container: Container, key: string): JsonValue | undefined {
  return isArray(container) ? container[index(key, container.length - 1)] : own(container, key);
}

function index(key: string, last: number): number {
  if (!/^[+-]?\d+$/.test(key)) throw new PatchNotApplicableError(`not an array index: ${key}`);
  const number = Number(key);
  const position = number < 0 ? number + last + 1 : number;
  if (position < 0 || position > last) throw new PatchNotApplicableError(`invalid index: ${key}`);
  return position;
}

function insert(value: JsonValue): Edit {
  return (container, key) => {
    if (!isArray(container)) return withKey(container, key, value);
    return key === '-' ? [...container, value] : container.toSpliced(index(key, container.length), 0, value);
  };
}

const removeAt: Edit = (container, key) => {
  if (isArray(container)) return container.toSpliced(index(key, container.length - 1), 1);
  if (!Object.hasOwn(container, key)) throw new PatchNotApplicableError(`nonexistent key: ${key}`);
  return withoutKey(container, key);
};

function replaceAt(document: JsonValue, path: string, value: JsonValue): JsonValue {
  if (path === '') {
    if (!isObject(value) && !isArray(value)) throw new PatchNotApplicableError('the document must be an object or an array');
    return value;
  }
  return edit(document, path, (container, key) => {
    if (!isArray(container)) return withKey(container, key, value);
    return container.with(index(key, container.length - 1), value);
  });
}

function testAt(document: JsonValue, path: string, value: JsonValue | undefined): JsonValue {
  const found = path === '' ? document : read(document, path);
  if (!deepEqual(found ?? null, value ?? null)) throw new PatchNotApplicableError(`testing value ${path} failed`);
  return document;
}
