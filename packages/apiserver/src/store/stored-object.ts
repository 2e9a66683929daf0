import { jsonTextOf } from '../exact-numbers.js';
import type { JsonObject } from './json-value.js';
import { deepFreeze, objectAt, stringAt, withKey } from './json-value.js';

/**
 * One version of one object. The body has no `apiVersion` and `kind`: they belong to the endpoint that serves it, since one stored
 * object may be served in several versions, and lists of built-in kinds leave them out.
 */
export class StoredObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly version: number;
  readonly body: JsonObject;
  /**
   * The form in which it was written: the version of its kind, which a custom resource is read by (empty for others), and, after a space,
   * what the stored text of the real server has that reading it loses.
   */
  readonly writtenIn: string;
  #rest: string | undefined;
  #keepsText = true;

  constructor(body: JsonObject, version: number, writtenIn = '') {
    const metadata = withKey(objectAt(body, 'metadata'), 'resourceVersion', String(version));
    this.body = deepFreeze(withKey(body, 'metadata', metadata));
    this.version = version;
    this.writtenIn = writtenIn;
    this.namespace = stringAt(metadata, 'namespace');
    this.name = stringAt(metadata, 'name');
    this.uid = stringAt(metadata, 'uid');
  }

  /** The JSON text after the opening brace. While the object is new it is written once, shared by every answer and every watcher. */
  get rest(): string {
    if (this.#rest !== undefined) return this.#rest;
    const rest = jsonTextOf(this.body).slice(1);
    if (this.#keepsText) this.#rest = rest;
    return rest;
  }

  /** Writes the text anew from now on: for objects that hardly anybody asks for, it would double what they weigh. */
  forgetText(): void {
    this.#rest = undefined;
    this.#keepsText = false;
  }

  /** The version of its kind in which it was written; empty for built-in kinds. */
  get writtenVersion(): string {
    const end = this.writtenIn.indexOf(' ');
    return end < 0 ? this.writtenIn : this.writtenIn.slice(0, end);
  }

  get labels(): JsonObject {
    return objectAt(objectAt(this.body, 'metadata'), 'labels');
  }

  /** The same state under the version of another event: how watches report a deletion or an object that left a selection. */
  at(version: number): StoredObject {
    return new StoredObject(this.body, version, this.writtenIn);
  }
}

export function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
