import { finalizerOperations, KopfError, type ClusterClient } from '@kopfts/core';
import { listObjects, type ListedObject } from './list-objects.js';

/** What became of one object: `gone` is no object any more, or no finalizer of ours on it; `refused` has the reason. */
export type Release = { readonly result: 'released' | 'gone' } | { readonly result: 'refused'; readonly why: string };

/** What is to be taken from which object. */
export interface Releasing {
  readonly object: ListedObject;
  readonly finalizer: string;
}

const TRIES = 5;

/** Takes the finalizer from one object, and nothing else, whoever changes the object meanwhile. @throws KopfError what may succeed later. */
export async function releaseFinalizer(client: ClusterClient, { object, finalizer }: Releasing, signal: AbortSignal): Promise<Release> {
  let current: ListedObject | undefined = object;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const operations = current === undefined ? [] : finalizerOperations(current.body, finalizer, 'remove');
    if (operations.length === 0) return { result: 'gone' };
    const outcome = await client.write({ kind: 'json', ref: object.ref, endpoint: 'main', operations }, signal);
    if (outcome.kind === 'committed') return { result: 'released' };
    if (outcome.kind === 'gone' || outcome.kind === 'replaced' || outcome.kind === 'kindChanged') return { result: 'gone' };
    if (outcome.kind === 'invalid') return { result: 'refused', why: outcome.message };
    current = await newest(client, object, signal);
  }
  throw new KopfError('KOPF_CONFLICT', `${object.ref.name} is changed by somebody else all the time.`, { remedy: 'Try again.' });
}

async function newest(client: ClusterClient, { ref }: ListedObject, signal: AbortSignal): Promise<ListedObject | undefined> {
  const of = { resource: ref.resource, namespace: ref.namespace };
  const found = await listObjects(client, { of, options: { fieldSelector: `metadata.name=${ref.name}` } }, signal);
  return found.find((one) => one.ref.uid === ref.uid);
}
