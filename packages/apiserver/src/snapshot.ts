// Backups of the store as plain JSON, and what happens when one is restored.

import { BUILTIN_RESOURCES } from './kind/builtin-resources.js';
import type { JsonObject, JsonValue } from './store/json-value.js';
import { arrayAt, isObject, objectAt, own, stringAt } from './store/json-value.js';
import type { ObjectStore } from './store/object-store.js';
import { StoredObject } from './store/stored-object.js';

/** Everything that a server stores; plain JSON. */
export interface ServerSnapshot {
  readonly format: 'kopfts-apiserver/1';
  /** The version of the last commit. */
  readonly version: number;
  /** `writtenIn` has the version in which each object of a custom resource is written. Objects have no `apiVersion` and `kind`: the collection says what they are. */
  readonly collections: readonly {
    readonly name: string;
    readonly objects: readonly JsonObject[];
    readonly writtenIn?: readonly string[];
  }[];
}

const FORMAT = 'kopfts-apiserver/1';

export function takeSnapshot(store: ObjectStore): ServerSnapshot {
  const collections = store.contents().map(({ name, objects }) => contentOf(name, [...objects]));
  return { format: FORMAT, version: store.version, collections: collections.filter(({ objects }) => objects.length > 0) };
}

/** Replaces the content of the store. Collections of built-in kinds exist also when they are empty. */
export function restoreSnapshot(
  store: ObjectStore,
  snapshot: ServerSnapshot,
  { versions = 'fall-back' }: { readonly versions?: 'fall-back' | 'continue' | undefined } = {},
): void {
  const collections = checkedCollections(snapshot);
  const version = versions === 'continue' ? Math.max(store.version, snapshot.version) : snapshot.version;
  store.replace(version, collections);
  for (const { collection } of BUILTIN_RESOURCES) store.collection(collection);
}

function checkedCollections(snapshot: ServerSnapshot): readonly { name: string; objects: readonly StoredObject[] }[] {
  // Snapshots come from files, too: what the type promises is looked at.
  const value = snapshot as unknown as JsonValue;
  if (!isObject(value)) throw new TypeError('a snapshot is an object');
  const format = own(value, 'format') ?? null;
  if (format !== FORMAT) throw new TypeError(`the format of the snapshot is ${JSON.stringify(format)}, not '${FORMAT}'`);
  if (!Number.isSafeInteger(own(value, 'version'))) throw new TypeError('the version of the snapshot is no number');
  return arrayAt(value, 'collections').map((collection) => {
    if (!isObject(collection)) throw new TypeError('a collection of the snapshot is no object');
    const name = stringAt(collection, 'name');
    return {
      name,
      objects: arrayAt(collection, 'objects').map((body, index) => storedObject(name, body, arrayAt(collection, 'writtenIn')[index])),
    };
  });
}

function contentOf(name: string, objects: readonly StoredObject[]): ServerSnapshot['collections'][number] {
  const bodies = objects.map(({ body }) => body);
  const writtenIn = objects.map((object) => object.writtenIn);
  return writtenIn.every((version) => version === '') ? { name, objects: bodies } : { name, objects: bodies, writtenIn };
}

function storedObject(collection: string, body: JsonValue, writtenIn: JsonValue | undefined): StoredObject {
  const version = isObject(body) ? Number(stringAt(objectAt(body, 'metadata'), 'resourceVersion')) : Number.NaN;
  if (!isObject(body) || !Number.isSafeInteger(version) || version < 1)
    throw new TypeError(`an object of '${collection}' in the snapshot has no version`);
  return new StoredObject(body, version, typeof writtenIn === 'string' ? writtenIn : '');
}
