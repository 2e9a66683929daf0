// RFC 6902 as gopkg.in/evanphx/json-patch.v4 applies it, the library of kube-apiserver. Known differences to the RFC: `replace` of a
// missing member adds it, `copy` of a missing member writes null, `test` of a missing member against null succeeds, negative indices
// count from the end, and the whole document can be replaced but not added to.

import { jsonTextOf } from '../exact-numbers.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { deepEqual, isArray, isObject, own, withKey, withoutKey } from '../store/json-value.js';
import { hasWrittenForms, keepForms, rememberForm, writtenForm } from '../written-numbers.js';
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
      return edit(document, pathOf(operation, 'path'), insert(value ?? null, writtenForm(operation, 'value')));
    case 'remove':
      return edit(document, pathOf(operation, 'path'), removeAt);
    case 'replace':
      return replaceAt(document, operation, value ?? null);
    case 'test':
      if (writtenForm(operation, 'value') !== formAt(document, pathOf(operation, 'path')) || hasWrittenForms(value))
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
  const at = isArray(value) ? String(index(key, value.length - 1)) : key;
  return placed(value, isArray(value) ? value.with(Number(at), edited) : withKey(value, key, edited), { at });
}

function read(document: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const key of steps(path)) {
    if (!isArray(value) && !isObject(value)) throw new PatchNotApplicableError(`doc is missing path: ${path}`);
    value = get(value, key);
  }
  return value;
}

/** How the number at a place was written, if an operation before this one put it there. */
function formAt(document: JsonValue, path: string): string | undefined {
  if (path === '') return undefined;
  const at = path.lastIndexOf('/');
  const [holder, [key = '']] = [at <= 0 ? document : read(document, path.slice(0, at)), steps(path.slice(at))];
  if (isArray(holder)) return writtenForm(holder, String(index(key, holder.length - 1)));
  return isObject(holder) ? writtenForm(holder, key) : undefined;
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

function insert(value: JsonValue, form?: string): Edit {
  return (container, key) => {
    if (!isArray(container)) return placed(container, withKey(container, key, value), { at: key, form });
    const at = key === '-' ? container.length : index(key, container.length);
    return placed(container, container.toSpliced(at, 0, value), { at: String(at), form, by: 1 });
  };
}

interface Placed {
  readonly at: string;
  /** How the number that is there now was written. */
  readonly form?: string | undefined;
  /** By how many places what comes after it moved. */
  readonly by?: 1 | -1;
}

/** A copy with another value at one place: numbers at the others stay as they were written. */
function placed(from: Container, to: Container, { at, form, by }: Placed): Container {
  keepForms(from, to, (key) => {
    if (by !== undefined && Number(key) >= Number(at)) return by < 0 && key === at ? undefined : String(Number(key) + by);
    return key === at ? undefined : key;
  });
  if (form !== undefined) rememberForm(to, at, form);
  return to;
}

const removeAt: Edit = (container, key) => {
  if (isArray(container)) {
    const at = index(key, container.length - 1);
    return placed(container, container.toSpliced(at, 1), { at: String(at), by: -1 });
  }
  if (!Object.hasOwn(container, key)) throw new PatchNotApplicableError(`nonexistent key: ${key}`);
  return placed(container, withoutKey(container, key), { at: key });
};

function replaceAt(document: JsonValue, operation: JsonObject, value: JsonValue): JsonValue {
  const [path, form] = [pathOf(operation, 'path'), writtenForm(operation, 'value')];
  if (path === '') {
    if (!isObject(value) && !isArray(value)) throw new PatchNotApplicableError('the document must be an object or an array');
    return value;
  }
  return edit(document, path, (container, key) => {
    if (!isArray(container)) return placed(container, withKey(container, key, value), { at: key, form });
    const at = index(key, container.length - 1);
    return placed(container, container.with(at, value), { at: String(at), form });
  });
}

function testAt(document: JsonValue, path: string, value: JsonValue | undefined): JsonValue {
  const found = path === '' ? document : read(document, path);
  if (!deepEqual(found ?? null, value ?? null)) throw new PatchNotApplicableError(`testing value ${path} failed`);
  return document;
}
