import {
  escapePointer,
  resolveField,
  type ClusterClient,
  type DiffBaseStore,
  type FieldPath,
  type JsonPatchOperation,
  type ObjectView,
  type ObjectWrite,
  type ProgressStore,
} from '@kopfts/core';
import { StoreReadOnlyError } from '../errors.js';
import type { OpenedStore } from './open-state.js';
import { resultOfRefused, type WriteResult } from './write-patch.js';

/** Forgets an object in one store, as if it had never been handled. */
export async function clearObject(
  { client, store, object }: { readonly client: ClusterClient; readonly store: OpenedStore; readonly object: ObjectView },
  signal: AbortSignal,
): Promise<WriteResult> {
  const { place } = store;
  if (place === undefined) return sendAll(client, clearingWrites(store, object), signal);
  if (place.clear === undefined) throw new StoreReadOnlyError(store.name, 'forget a single object');
  return (await place.clear(object, signal)) === 'done' ? 'done' : 'busy';
}

/** One request each for annotations and the status; none for what is not there, nor for what is kept in the place of `other`. */
export function clearingWrites(
  { progress, diffBase }: OpenedStore,
  { ref, body }: ObjectView,
  other?: OpenedStore,
): readonly ObjectWrite[] {
  const stores = [progress, diffBase].filter((store) => store !== undefined);
  const { uid, resourceVersion, annotations = {} } = body.metadata;
  const keys = Object.keys(annotations).filter((key) => stores.some((store) => store.ownsAnnotation(key)));
  const nulls = Object.fromEntries(keys.map((key) => [key, null]));
  const main: readonly ObjectWrite[] =
    keys.length === 0 ? [] : [{ kind: 'merge', ref, patch: { metadata: { uid, resourceVersion, annotations: nulls } } }];
  const spared =
    other === undefined ? [] : [other.progress, other.diffBase].flatMap((store) => (store === undefined ? [] : fieldsOf(store)));
  const fields = stores.flatMap(fieldsOf).filter((field) => !spared.some((one) => isWithin(one, field) || isWithin(field, one)));
  const paths = [
    ...new Set(fields.filter((field) => resolveField(body, field).present).map((field) => `/${field.map(escapePointer).join('/')}`)),
  ];
  const operations: readonly JsonPatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    ...paths.map((path) => ({ op: 'remove', path }) as const),
  ];
  const endpoint = ref.resource.subresources.includes('status') ? 'status' : 'main';
  // The request that tests the version of the object goes first.
  return [...main, ...(paths.length === 0 ? [] : [{ kind: 'json', ref, endpoint, operations } as const])];
}

function fieldsOf({ keptIn, ownsField, ownsFields = [] }: ProgressStore | DiffBaseStore): readonly FieldPath[] {
  return keptIn ?? (ownsField === undefined ? ownsFields : [ownsField, ...ownsFields]);
}

function isWithin(field: FieldPath, whole: FieldPath): boolean {
  return whole.every((key, index) => field[index] === key);
}

/** Until one is not committed. */
export async function sendAll(client: ClusterClient, writes: readonly ObjectWrite[], signal: AbortSignal): Promise<WriteResult> {
  for (const write of writes) {
    const outcome = await client.write(write, signal);
    if (outcome.kind !== 'committed') return resultOfRefused(outcome, write.ref);
  }
  return writes.length === 0 ? 'nothing' : 'done';
}
