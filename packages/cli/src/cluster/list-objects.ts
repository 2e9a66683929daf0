import type { ClusterClient, CollectionRef, ObjectBody, ObjectRef, WatchOptions } from '@kopfts/core';

/** An object as it was when it was listed. */
export interface ListedObject {
  readonly ref: ObjectRef;
  readonly body: ObjectBody;
}

/** What is to be listed. */
export interface Listing {
  readonly of: CollectionRef;
  readonly options?: WatchOptions | undefined;
}

/** All objects of a collection, once: a watch to the end of its list. @throws KopfError what keeps the list from coming. */
export async function listObjects(
  client: ClusterClient,
  { of, options = {} }: Listing,
  signal: AbortSignal,
): Promise<readonly ListedObject[]> {
  const found = new Map<string, ListedObject>();
  const over = new AbortController();
  try {
    for await (const said of client.watch(of, options, AbortSignal.any([signal, over.signal]))) {
      if (said.kind === 'sync-end') break;
      // Whoever waits for an answer is told why there is none.
      if (said.kind === 'health' && said.error !== undefined && said.state !== 'live') throw said.error;
      if (said.kind !== 'change') continue;
      const { uid, name, namespace } = said.object;
      if (said.type === 'deleted') found.delete(uid);
      else found.set(uid, { ref: { resource: of.resource, namespace, name, uid }, body: said.object.body() });
    }
  } finally {
    over.abort(new Error('the list is complete'));
  }
  return [...found.values()];
}
