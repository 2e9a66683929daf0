import { escapePointer, resolveField, type ClusterClient, type JsonPatchOperation, type ObjectView, type ObjectWrite } from '@kopfts/core';
import { StateWriteError, StoreReadOnlyError } from '../errors.js';
import type { OpenedStore } from './open-state.js';

/** What came of it. `busy`: somebody else was faster; look again. */
export type WriteResult = 'done' | 'nothing' | 'busy' | 'gone';

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

/** One request each for annotations and the status; none for what is not there. */
export function clearingWrites({ progress, diffBase }: OpenedStore, { ref, body }: ObjectView): readonly ObjectWrite[] {
  const stores = [progress, diffBase].filter((store) => store !== undefined);
  const { uid, resourceVersion, annotations = {} } = body.metadata;
  const keys = Object.keys(annotations).filter((key) => stores.some((store) => store.ownsAnnotation(key)));
  const nulls = Object.fromEntries(keys.map((key) => [key, null]));
  const main: readonly ObjectWrite[] =
    keys.length === 0 ? [] : [{ kind: 'merge', ref, patch: { metadata: { uid, resourceVersion, annotations: nulls } } }];
  const fields = stores.flatMap(({ ownsField, ownsFields = [] }) => (ownsField === undefined ? ownsFields : [ownsField, ...ownsFields]));
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

/** Until one is not committed. */
export async function sendAll(client: ClusterClient, writes: readonly ObjectWrite[], signal: AbortSignal): Promise<WriteResult> {
  for (const write of writes) {
    const outcome = await client.write(write, signal);
    switch (outcome.kind) {
      case 'committed':
        break;
      case 'gone':
      case 'replaced':
        return 'gone';
      case 'stale':
        return 'busy';
      case 'ambiguous':
        throw outcome.error;
      default:
        throw new StateWriteError(write.ref.name, outcome.kind === 'invalid' ? outcome.message : 'its kind is not served any more');
    }
  }
  return writes.length === 0 ? 'nothing' : 'done';
}
